"""Folds as data: drawn once and kept in a file, or published with a corpus."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.dataio.folds import (
    FoldsError,
    draw_folds,
    group_numbers,
)
from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.numbering import sorted_numbers

logger = get_logger(__name__)


@dataclass(frozen=True)
class Folds:
    """Says in which fold each row is tested, by a probe or by a network.

    Arguments
    ---------
    count : int
        How many folds.
    by, label, seed
        As `draw_folds` takes them. Folds by the label are an open set; by
        anything else they are a closed one: all classes are trained on.
    published : str, optional
        The column that holds the corpus's own folds. Nothing is drawn then.
    path : str or Path, optional
        A CSV file. Folds that it holds are used again; otherwise those that
        were drawn are written there.

    Example
    -------
    >>> rows = [{"ID": s + k, "singer": s} for s in "ab" for k in "123"]
    >>> Folds(count=3).numbers(rows).tolist()
    [0, 2, 1, 0, 1, 2]
    """

    count: int = 5
    by: str = "recording"
    label: str = "singer"
    seed: int = 0
    published: str = None
    path: str = None

    def numbers(self, rows):
        """The fold of each row of a manifest.

        Arguments
        ---------
        rows : list of dict

        Returns
        -------
        numbers : np.ndarray
            [rows], from 0 to `count` - 1.

        Raises
        ------
        FoldsError
            If the rows cannot be dealt to the folds, or the folds of the file
            or of the column do not fit the rows, `count` or `by`.
        """
        if self.published is not None:
            return self._counted(
                f"column {self.published!r}",
                published_folds(rows, self.published),
            )
        if self.path is None:
            return self._draw(rows)
        numbers = self._counted(
            self.path, saved_folds(self.path, rows, self._draw)
        )
        groups = group_numbers(rows, self.by)
        pairs = np.unique(np.stack([groups, numbers]), axis=1)
        if len(pairs[0]) > len(np.unique(groups)):
            raise FoldsError(
                f"{self.path}: a {self.by} stands in several of its folds, "
                "which were drawn by another column: name another file"
            )
        return numbers

    def _draw(self, rows):
        return draw_folds(rows, self.count, self.by, self.label, self.seed)

    def _counted(self, where, numbers):
        found = len(np.unique(numbers))
        if found != self.count or numbers.max() >= self.count:
            raise FoldsError(
                f"{where}: these rows are in {found} folds, and {self.count} "
                "are asked for: ask for as many, or name other folds"
            )
        return numbers


def published_folds(rows, column):
    """The folds that a column of the manifest holds, numbered from 0 on.

    Numbers are sorted as numbers, other names as text.

    Raises
    ------
    FoldsError
        If a row lacks the column, or it is empty there.

    Example
    -------
    >>> published_folds([{"fold": "10"}, {"fold": "9"}], "fold").tolist()
    [1, 0]
    """
    numbers = group_numbers(rows, column)
    values = [row[column] for row in rows]
    if all(str(value).isdecimal() for value in values):
        return sorted_numbers([int(value) for value in values])[1]
    return numbers


def saved_folds(path, rows, draw):
    """The folds that a file holds; if there is none they are drawn and kept.

    Arguments
    ---------
    path : str or Path
    rows : list of dict
        Rows of a manifest.
    draw : callable
        From rows to their folds.

    Returns
    -------
    numbers : np.ndarray
        [rows], int.
    """
    if Path(path).is_file():
        return read_folds(path, rows)
    numbers = draw(rows)
    write_folds(path, rows, numbers)
    return numbers


def write_folds(path, rows, numbers):
    """Writes the fold of each row: a CSV file of ID and fold."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ID", "fold"])
        writer.writerows(
            [row["ID"], int(number)]
            for row, number in zip(rows, numbers, strict=True)
        )


def read_folds(path, rows):
    """Reads the fold of each row.

    Arguments
    ---------
    path : str or Path
        A CSV file with the columns ID and fold (a number from 0 on).
    rows : list of dict
        Rows of a manifest. A clip that is not in the file is in the fold of
        its recording.

    Returns
    -------
    numbers : np.ndarray
        [rows], int.

    Raises
    ------
    FoldsError
        If the file is not such a one, or has no fold for a row. A warning
        counts what the file has besides.

    Example
    -------
    >>> path = getfixture("tmp_path") / "folds.csv"
    >>> write_folds(path, [{"ID": "a"}, {"ID": "b"}], [0, 1])
    >>> read_folds(path, [{"ID": "b#0", "recording": "b"}, {"ID": "a"}])
    array([1, 0])
    """
    found = _read(path)
    names = [
        row["ID"] if row["ID"] in found else recording_of(row) for row in rows
    ]
    lacking = [name for name in names if name not in found]
    if lacking:
        raise FoldsError(
            f"{path}: has no fold for {len(lacking)} of {len(rows)} rows, such "
            f"as {lacking[0]!r}: the corpus has changed since; delete the file "
            "to draw the folds anew, or name another"
        )
    more = len(found) - len(set(names))
    if more:
        logger.warning(
            "%s: %d of its %d recordings are not used here",
            *(path, more, len(found)),
        )
    return np.array([found[name] for name in names])


def _read(path):
    found = {}
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not {"ID", "fold"} <= set(reader.fieldnames or []):
            raise FoldsError(f"{path}: no file of folds: it needs ID and fold")
        for line in reader:
            if not (line["fold"] or "").isdecimal():
                raise FoldsError(
                    f"{path}, line {reader.line_num}: {line['fold']!r} is no "
                    "fold: a number from 0 on"
                )
            fold = int(line["fold"])
            if found.setdefault(line["ID"], fold) != fold:
                raise FoldsError(
                    f"{path}, line {reader.line_num}: {line['ID']!r} is in "
                    "another fold already"
                )
    return found
