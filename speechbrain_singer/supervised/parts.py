"""Parts of a corpus, as windows: to train on, to validate with and to test."""

from dataclasses import dataclass

import numpy as np

from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    with_several_groups,
)
from speechbrain_singer.dataio.windows import Windows


@dataclass(frozen=True)
class Part:
    """Recordings, and the windows of them.

    Arguments
    ---------
    rows : list of dict
        Of the manifest.
    windows : Windows or Chunks or StoredFeatures
        Their `row` counts `rows`, their `label` the `names`.
    names : list of str
        Of the singers, or of other classes.
    """

    rows: list
    windows: Windows
    names: list

    def column(self, name):
        """What stands in a column of the rows, [rows]; "" where nothing."""
        return [row.get(name) or "" for row in self.rows]


@dataclass(frozen=True)
class Recordings:
    """Recordings with singers' names that have a window at least.

    Arguments
    ---------
    rows : list of dict
        Of the manifest.
    spectrograms : list
        Of each, as `Windows` takes them.
    make_windows : callable
        From spectrograms, labels and names of recordings to `Windows`.

    Raises
    ------
    ValueError
        If there is no such recording.
    """

    rows: list
    spectrograms: list
    make_windows: callable

    def __post_init__(self):
        names = [row["ID"] for row in self.rows]
        labels = np.zeros(len(names), int)
        windows = self.make_windows(self.spectrograms, labels, names=names)
        kept = np.unique(windows.row)
        for field in ("rows", "spectrograms"):
            every = getattr(self, field)
            object.__setattr__(self, field, [every[i] for i in kept])

    def split(self, split, closed):
        """Splits them.

        Arguments
        ---------
        split : Split or FoldSplit
        closed : bool
            Whether those who validate and test have to be trained on, with
            other recordings. Then it is a `FoldSplit`, and singers that it
            cannot deal to folds are left out, with a warning.

        Returns
        -------
        parts : dict of str to Part
            train, valid and test. Of a closed set all have the names of those
            who train, otherwise each has its own.

        Raises
        ------
        ValueError
            If a part is empty, or the set is not closed.
        """
        place = {row["ID"]: i for i, row in enumerate(self.rows)}
        every = self.rows
        if closed:
            every = with_several_groups(every, split.folds.by)
        rows = split.parts(every)
        names = {
            part: sorted({r["singer"] for r in rows[part]}) for part in rows
        }
        check_parts(rows, names, closed)
        parts = {}
        for part, own in rows.items():
            classes = names["train" if closed else part]
            number = {name: i for i, name in enumerate(classes)}
            windows = self.make_windows(
                [self.spectrograms[place[row["ID"]]] for row in own],
                [number[row["singer"]] for row in own],
                names=[row["ID"] for row in own],
            )
            parts[part] = Part(own, windows, classes)
        return parts


def named_rows(rows):
    """Rows with a singer's name, which is what is learned.

    Raises
    ------
    ValueError
        If there is none.

    Example
    -------
    >>> named_rows([{"ID": "a", "singer": ""}, {"ID": "b", "singer": "bob"}])
    [{'ID': 'b', 'singer': 'bob'}]
    """
    named = [row for row in rows if row["singer"]]
    if not named:
        raise ValueError(
            f"none of {len(rows)} recordings has a singer's name, which is "
            "what is learned"
        )
    return named


def check_parts(rows, names, closed, label="singer"):
    """Refuses parts that nothing can be learned or measured on.

    Arguments
    ---------
    rows : dict of str to list of dict
        By part.
    names : dict of str to list of str
        The classes of each part.
    closed : bool
        Whether whoever validates or tests has to be trained on.
    label : str
        What the classes are.

    Raises
    ------
    FoldsError
        That says which part, and why.
    """
    for part, own in rows.items():
        if not own:
            raise FoldsError(
                f"no recording is in the part {part!r}: name another split, or "
                "more recordings"
            )
        if len(names[part]) < 2 and (part == "train" or not closed):
            raise FoldsError(
                f"two {label}s at least are needed in the part {part!r}; there "
                f"is {names[part][0]}"
            )
    unknown = sorted(set(names["valid"] + names["test"]) - set(names["train"]))
    if closed and unknown:
        raise FoldsError(
            f"{len(unknown)} {label}s are to be named without being trained "
            f"on, such as {unknown[0]}: name folds by recording or by song"
        )
