"""Trials: pairs of recordings, by the same singer or by two."""

from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.trials.draws import draw_pairs
from speechbrain_singer.trials.kinds import (
    MAX_TRIALS,
    check_count,
    none_of,
    rules_by_kind,
    too_many,
)
from speechbrain_singer.trials.rules import TrialRules, recording_numbers

logger = get_logger(__name__)


class Trials(NamedTuple):
    """Pairs of rows of a manifest.

    Arguments
    ---------
    first, second : np.ndarray
        [trials], row numbers.
    labels : np.ndarray
        [trials], 1 for the same singer and 0 for another.

    Example
    -------
    >>> trials = all_pairs([{"singer": s} for s in "aab"], different=())
    >>> trials.select(trials.labels == 0).second
    array([2, 2], dtype=int32)
    """

    first: np.ndarray
    second: np.ndarray
    labels: np.ndarray

    @property
    def both_kinds(self):
        """Whether there are trials of the same singer and of others."""
        return bool(self.labels.any() and not self.labels.all())

    @property
    def positives(self):
        """The pairs of the same singer: row numbers, [positives] twice."""
        same = self.labels.astype(bool)
        return self.first[same], self.second[same]

    def select(self, chosen):
        """Some of the trials, by a mask ([trials], bool) or their numbers."""
        return Trials(*(column[chosen] for column in self))

    def among(self, kept):
        """The trials of those rows that are kept ([rows], bool); their numbers
        count these rows only."""
        left = self.select(kept[self.first] & kept[self.second])
        numbers = np.cumsum(kept, dtype=np.int32) - 1
        return Trials(numbers[left.first], numbers[left.second], left.labels)


def can_verify(rows):
    """Whether recordings have trials of both kinds, across songs.

    It is known without building `all_pairs(rows)`.

    Example
    -------
    >>> can_verify([{"singer": "ann", "song": "1"}] * 9)
    False
    """
    known = {}  # songs and recordings by singer
    for row, recording in zip(rows, recording_numbers(rows), strict=True):
        if row["singer"] and row["song"]:
            songs, recordings = known.setdefault(row["singer"], (set(), set()))
            songs.add(row["song"])
            recordings.add(recording)
    both = (min(map(len, sets)) > 1 for sets in known.values())
    return len(known) > 1 and any(both)


def all_pairs(rows, same=(), different=("song",)):
    """All pairs of recordings, or those that agree and differ as asked.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the column `singer`: see `TrialRules` for
        those that take part in no trial.
    same : sequence of str
        Columns in which both recordings must agree, such as `sex`.
    different : sequence of str
        Columns in which they must differ. Trials within a song would reward
        an encoder for knowing the song.

    Returns
    -------
    trials : Trials
        Sorted by their first row and then by their second, that comes later.

    Raises
    ------
    ValueError
        If a column is missing, or there are more than `MAX_TRIALS`.

    Example
    -------
    >>> rows = [{"singer": s, "song": t} for s, t in ("a1", "a2", "b2")]
    >>> all_pairs(rows).labels.tolist()
    [1, 0]
    """
    rules = TrialRules(rows, same, different)
    pairs = rules.pairs(MAX_TRIALS)
    if pairs is None:
        raise too_many(rows)
    first, second = pairs
    alike = rules.singers[first] == rules.singers[second]
    return Trials(first, second, alike.view(np.int8))


def draw_trials(rows, count=20000, same=(), different=(), seed=0):
    """Balanced trials, drawn as published, and without the published flaws.

    Half of them are of one singer, drawn uniformly; half are of two, drawn
    uniformly. Then come a recording of each, drawn uniformly among those that
    agree and differ as asked (Torres et al., ISMIR 2023). Unlike there, no
    recording is tried with itself, no two clips of a recording are tried as
    one singer's, and no pair comes twice; where the pairs of a singer are used
    up the others have more.

    Arguments
    ---------
    rows, same, different
        As `all_pairs` takes them.
    count : int
        How many trials to draw, an even number.
    seed : int

    Returns
    -------
    trials : Trials
        In random order. If there are fewer of one kind than asked for, all of
        that kind and as many of the other, with a warning.

    Raises
    ------
    ValueError
        If a column is missing, `count` is not even, or there is no trial of
        one kind.

    Example
    -------
    >>> rows = [{"singer": singer} for singer in "aabbcc"]
    >>> draw_trials(rows, count=6).labels.sum()
    np.int64(3)
    """
    check_count(count)
    rng = np.random.default_rng(seed)
    asked = rules_by_kind(rows, same, different)
    drawn = [draw_pairs(rules, count // 2, rng) for rules in asked.values()]
    found = [pairs.shape[1] for pairs in drawn]
    half = min(found)
    kind = list(asked)[found.index(half)]
    if half == 0:
        raise none_of(kind, same, different)
    if half < count // 2:
        logger.warning(
            "only %d trials of %s instead of %d: %d trials in all",
            *(half, kind, count // 2, 2 * half),
        )
    first, second = np.concatenate([pairs[:, :half] for pairs in drawn], axis=1)
    labels = np.repeat(np.array([0, 1], np.int8), half)
    return Trials(first, second, labels).select(rng.permutation(2 * half))
