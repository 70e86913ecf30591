"""Which two recordings may be a trial."""

import numpy as np

from speechbrain_singer.dataio.manifest import check_columns
from speechbrain_singer.numbering import numbered


class TrialRules:
    """Columns in which the recordings of a trial agree, and differ.

    An empty value is one that is not known: recordings that lack one which is
    asked for, or the singer, take part in no trial. Two clips of one recording
    are never a singer's trial: it would ask for the recording.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the column `singer`.
    same, different : sequence of str
        Names of columns.

    Attributes
    ----------
    usable : np.ndarray
        [usable], the numbers of the rows that take part, ascending.
    singers, group : np.ndarray
        [rows], numbers for the singer, and for all columns that agree.
    one_singer : bool
        Whether both recordings of a trial are of one singer.

    Raises
    ------
    ValueError
        If a row lacks a column.

    Example
    -------
    >>> rows = [{"singer": s, "song": t} for s, t in ("a1", "a2", "b1", "?2")]
    >>> rules = TrialRules(rows, same=["song"], different=["singer"])
    >>> rules.allowed(np.array([0, 0, 0]), np.array([0, 1, 2]))
    array([False, False,  True])
    """

    def __init__(self, rows, same=(), different=()):
        asked = (*same, *different, "singer")
        check_columns(rows, asked)
        known = [
            all(row[name] not in ("", None) for name in asked) for row in rows
        ]
        self.usable = np.flatnonzero(known).astype(np.int32)
        self.singers = numbered(row["singer"] for row in rows)
        self.one_singer = "singer" in same
        self.group = numbered(tuple(row[c] for c in same) for row in rows)
        self._differing = [
            numbered(row[name] for row in rows) for name in different
        ]
        recordings = recording_numbers(rows).tolist()
        pairs = zip(self.singers.tolist(), recordings, strict=True)
        self._differing.append(numbered(pairs))

    def allowed(self, first, second):
        """Which pairs of usable rows may be trials; their numbers broadcast.

        A row with itself may not.
        """
        allowed = self.group[first] == self.group[second]
        for column in self._differing:
            allowed &= column[first] != column[second]
        return allowed

    def pairs(self, most):
        """All pairs of rows that may be trials, each with the lower row first.

        Arguments
        ---------
        most : int

        Returns
        -------
        pairs : np.ndarray or None
            [2, pairs], int32, sorted; None if they are more than `most`.
        """
        second, counts, left = [np.empty(0, np.int32)], [], most
        for partners in self._partners():
            left -= partners.size
            if left < 0:
                return None
            second.append(partners)
            counts.append(partners.size)
        pairs = np.empty((2, most - left), np.int32)
        pairs[0] = np.repeat(self.usable, counts)
        np.concatenate(second, out=pairs[1])
        return pairs

    def count_kinds(self, most):
        """Counts the pairs without keeping them.

        Arguments
        ---------
        most : int

        Returns
        -------
        two_singers, one_singer : int
            How many there are; no longer counted once they are more than
            `most`.
        """
        pairs = alike = 0
        for row, partners in zip(self.usable, self._partners(), strict=True):
            pairs += partners.size
            alike += np.count_nonzero(
                self.singers[partners] == self.singers[row]
            )
            if pairs > most:
                break
        return pairs - alike, alike

    def _partners(self):
        """For each usable row the later ones that it may be tried with."""
        group = self.group[self.usable]
        order = np.argsort(group, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        ends = np.searchsorted(group[order], group, side="right")
        # Sorted, those to compare with lie side by side: slices are no copies
        ordered = self.usable[order]
        columns = [column[ordered] for column in self._differing]
        for here, end in zip(place.tolist(), ends.tolist(), strict=True):
            later = slice(here + 1, end)
            allowed = columns[0][later] != columns[0][here]
            for column in columns[1:]:
                allowed &= column[later] != column[here]
            yield ordered[later][allowed]


def recording_numbers(rows):
    """A number for the recording that each row is, or is a clip of; [rows].

    The column `recording` counts; if there is none, the rows of one file are
    of one recording.

    Example
    -------
    >>> recording_numbers([{"wav": f"{name}.wav"} for name in "aba"])
    array([0, 1, 0], dtype=int32)
    """
    if any(row.get("recording") for row in rows):
        return numbered(row.get("recording") or row["ID"] for row in rows)
    return numbered(row.get("wav", i) for i, row in enumerate(rows))
