"""Pairs from shards that stream by, drawn from a buffer of bounded size."""

import hashlib
from collections import Counter
from typing import NamedTuple

import numpy as np

from speechbrain_singer.dataio.planned_pairs import plan_pairs

MOST_PASSES = 1000  # in a row that give no pair, before it is an error


class StreamSettings(NamedTuple):
    """How pairs are made of what streams by.

    Arguments
    ---------
    seconds : float
        Length of a clip.
    by_singer : bool
        Whether a pair is of two recordings of a singer, or of one recording.
    buffer_bytes : float
        Of FLACs whose pairs wait.
    seed : int
    """

    seconds: float
    by_singer: bool
    buffer_bytes: float
    seed: int


class PairStream:
    """The pairs of one epoch and reader: pass after pass, without end.

    The pairs of a recording wait in a buffer among those of others, and are
    drawn from it. The last two passes are in it at most: what a small corpus
    gives is not there many times over.

    Which pairs a pass has is decided by seed, epoch, pass and shards; in which
    order they come, by the readers too.

    Arguments
    ---------
    shards : Shards
    settings : StreamSettings
    epoch : int
    reader, readers : int
        Which of how many: all readers together read each shard once a pass.

    Attributes
    ----------
    taken : int
        How many pairs were taken.
    """

    def __init__(self, shards, settings, epoch, reader=0, readers=1):
        self.shards = shards
        self.settings = settings
        self.epoch = epoch
        self.share = reader, readers
        self.taken = 0
        self._generator = np.random.default_rng(
            [settings.seed, epoch, 0, reader]
        )
        self._waiting = []  # (pair, its pass, what it came with)
        self._of_pass = Counter()  # how many of them wait
        self._held = 0  # bytes
        self._pass = -1
        self._arriving = iter(())
        self._fruitless = 0  # passes

    def take(self):
        """The next `PlannedPair`.

        Raises
        ------
        RuntimeError
            If a thousand passes gave none.
        """
        self._fill()
        waiting = self._waiting
        place = self._generator.integers(len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        pair, its_pass, came_with = waiting.pop()
        self._of_pass[its_pass] -= 1
        came_with.pairs -= 1
        if came_with.pairs == 0:
            self._held -= came_with.size
        self.taken += 1
        return pair

    def _fill(self):
        while self._held < self.settings.buffer_bytes or not self._waiting:
            arrived = next(self._arriving, None)
            if arrived is not None:
                self._keep(arrived)
            elif self._of_pass[self._pass - 1]:
                return
            else:
                self._begin_pass()

    def _begin_pass(self):
        self._fruitless += 1  # until it gives a pair
        if self._fruitless > MOST_PASSES:
            raise RuntimeError(
                f"{MOST_PASSES} passes over {len(self.shards.shards)} shards "
                "gave no pair: nothing could be read, or nothing sounded; the "
                f"last that could not be read: {self.shards.failure}"
            )
        self._pass += 1
        self._arriving = self._one_pass()

    def _one_pass(self):
        """Yields recordings that belong together: one, or of one singer."""
        shards, settings = self.shards, self.settings
        keys = settings.seed, self.epoch, self._pass
        for shard in shards.deal(keys, *self.share):
            if settings.by_singer:
                yield from shards.handfuls(shard)
            else:
                yield from ([one] for one in shards.recordings(shard))

    def _keep(self, recordings):
        generator = np.random.default_rng(
            [
                *(self.settings.seed, self.epoch, self._pass),
                stable_hash(recordings[0].row["ID"]),
            ]
        )
        pairs = plan_pairs(recordings, self.settings.seconds, generator)
        if pairs:
            self._fruitless = 0
            size = sum(len(recording.flac) for recording in recordings)
            came_with = _Arrival(len(pairs), size)
            self._held += size
            self._of_pass[self._pass] += len(pairs)
            self._waiting += [(pair, self._pass, came_with) for pair in pairs]


class _Arrival:
    """What came at once, and stays until its last pair is taken."""

    def __init__(self, pairs, size):
        self.pairs = pairs
        self.size = size


def stable_hash(text):
    """A number below 2**63 for a text, the same in all processes.

    Example
    -------
    >>> stable_hash("ann")
    2650560824210726935
    """
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1
