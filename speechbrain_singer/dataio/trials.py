"""Trials: pairs of recordings, by the same singer or by two."""

from typing import NamedTuple

import numpy as np


class Trials(NamedTuple):
    """Pairs of rows of a manifest.

    Arguments
    ---------
    first, second : np.ndarray
        [trials], row numbers.
    labels : np.ndarray
        [trials], 1 for the same singer and 0 for another.
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


def can_verify(rows):
    """Whether recordings have trials of both kinds, across songs.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the columns `singer` and `song`.

    Returns
    -------
    both_kinds : bool

    Example
    -------
    >>> can_verify([{"singer": "ann", "song": "1"}] * 9)
    False
    """
    songs = {}
    for row in rows:
        if row["singer"]:
            songs.setdefault(row["singer"], set()).add(row["song"])
    alike = any(len(own) > 1 for own in songs.values())
    return alike and len(songs) > 1


def all_pairs(rows, same=(), different=("song",)):
    """All pairs of recordings, or those that agree and differ as asked.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the column `singer`. Rows without a singer
        take part in no trial.
    same : sequence of str
        Columns in which both recordings must agree, such as `sex`.
    different : sequence of str
        Columns in which they must differ. Trials within a song would reward
        an encoder for knowing the song.

    Returns
    -------
    trials : Trials

    Example
    -------
    >>> rows = [
    ...     {"singer": "ann", "song": "1"},
    ...     {"singer": "ann", "song": "2"},
    ...     {"singer": "bob", "song": "2"},
    ... ]
    >>> all_pairs(rows).labels.tolist()
    [1, 0]
    """
    first, second = np.triu_indices(len(rows), k=1)
    singers = _column(rows, "singer")
    keep = (singers[first] != "") & (singers[second] != "")
    for name in same:
        values = _column(rows, name)
        keep &= values[first] == values[second]
    for name in different:
        values = _column(rows, name)
        keep &= values[first] != values[second]
    first, second = first[keep], second[keep]
    labels = (singers[first] == singers[second]).astype(np.int8)
    return Trials(first, second, labels)


def _column(rows, name):
    missing = next((row for row in rows if name not in row), None)
    if missing is not None:
        raise ValueError(
            f"no column {name!r} in the manifest; it has {', '.join(missing)}"
        )
    return np.array([row[name] for row in rows])
