"""Which recordings lie together in which shard."""

import numpy as np

from speechbrain_singer.checks import check_number

# Recordings of one singer that lie together, at most: where pairs are of
# singers, these are whom a recording is paired with
HANDFUL = 4
BYTES_PER_SAMPLE = 1.2  # of FLAC: 60 % of 16 bits


def plan_shards(rows, megabytes, sample_rate, seed):
    """Deals the recordings of a manifest to shards.

    They are shuffled, so that any stretch of the shards is a sample of the
    corpus; but recordings of one singer stay together in handfuls, so that who
    streams by one of them has others of that singer at hand. A handful of a
    singer with several recordings has two at least.

    Arguments
    ---------
    rows : list of dict
        With `singer` and `duration`.
    megabytes : float
        Size of a shard; about, as what FLAC makes of it is not known yet.
    sample_rate : int
        Hz, of the shards.
    seed : int

    Returns
    -------
    shards : list of list of (int, int)
        Of each shard its recordings in their order: number of the handful, and
        number of the row.

    Example
    -------
    >>> rows = [{"singer": name, "duration": 60.0} for name in "abaab"]
    >>> plan_shards(rows, megabytes=6, sample_rate=44100, seed=0)
    [[(0, 3), (0, 0), (0, 2)], [(1, 4), (1, 1)]]
    """
    check_number("shard_megabytes", megabytes, least=0, above=True)
    generator = np.random.default_rng(seed)
    seconds = megabytes * 1e6 / (sample_rate * BYTES_PER_SAMPLE)
    shards, left = [], 0.0
    for number, handful in enumerate(_handfuls(rows, generator)):
        if left <= 0:
            shards.append([])
            left = seconds
        shards[-1] += [(number, row) for row in handful]
        left -= sum(rows[row]["duration"] for row in handful)
    return shards


def _handfuls(rows, generator):
    """Lists of row numbers, shuffled."""
    of_singers = {}
    for number, row in enumerate(rows):
        # Those without a name have none in common
        of_singers.setdefault(row["singer"] or number, []).append(number)
    handfuls = []
    for numbers in of_singers.values():
        count = -(-len(numbers) // HANDFUL)
        shuffled = generator.permutation(numbers)
        handfuls += [part.tolist() for part in np.array_split(shuffled, count)]
    return [handfuls[i] for i in generator.permutation(len(handfuls))]
