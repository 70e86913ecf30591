"""Folds as data: drawn once and kept in a file, or published with a corpus."""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.files import check_writable
from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    draw_folds,
    group_numbers,
    inner_folds,
    select,
)
from speechbrain_singer.dataio.fold_files import (
    kept_folds,
    rows_with_folds,
    write_folds,
)
from speechbrain_singer.dataio.parts import in_parts
from speechbrain_singer.numbering import sorted_numbers

logger = get_logger(__name__)

_VALID_SHARE = 5  # one in so many validates, where there are two folds


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

    Raises
    ------
    ValueError
        If there are fewer than two folds, or a setting is not as said.

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

    def __post_init__(self):
        check_whole("folds", self.count, least=2)
        check_whole("seed", self.seed, least=0)
        _check_column("group_by", self.by)
        if self.published is not None:
            _check_column("published_folds", self.published)
        if self.path is not None:
            _check_file("folds_file", self.path)

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
            where = f"column {self.published!r}"
            numbers = _published(rows, self.published)
        elif self._is_kept:
            where, numbers = self.path, kept_folds(self.path, rows)
        else:
            numbers = draw_folds(
                rows, self.count, self.by, self.label, self.seed
            )
            if self.path is not None:
                write_folds(self.path, rows, numbers)
            return numbers
        found = len(np.unique(numbers))
        if found != self.count or numbers.max() >= self.count:
            raise FoldsError(
                f"{where}: these rows are in {found} folds, and {self.count} "
                "are asked for: ask for as many, or name other folds"
            )
        groups = group_numbers(rows, self.by)
        pairs = np.unique(np.stack([groups, numbers]), axis=1)
        if self.published is None and len(pairs[0]) > len(np.unique(groups)):
            raise FoldsError(
                f"{where}: a {self.by} stands in several of its folds, "
                "which were drawn by another column: name another file"
            )
        return numbers

    def preview(self, rows):
        """As `numbers`, before it is known which rows can be used.

        No folds are written, but whether they can be is tried.

        Returns
        -------
        rows : list of dict
            Those that a kept file names: what cannot be used may lack there.
        numbers : np.ndarray
            [rows]
        """
        if not self._is_kept:
            if self.path is not None and self.published is None:
                check_writable(Path(self.path).parent)
            return rows, replace(self, path=None).numbers(rows)
        known = rows_with_folds(self.path, rows) or rows
        return known, self.numbers(known)

    @property
    def _is_kept(self):
        return self.path is not None and Path(self.path).is_file()


@dataclass(frozen=True)
class FoldSplit:
    """One fold is tested, the next one validates, the others train.

    Of two folds one is tested, a fifth of the other one's recordings validates
    and the rest trains. (An open set needs three.)

    With folds by recording, song or album it is a closed set: whoever is
    tested is trained on, with other recordings. So a class that would be
    tested without, as all of its other rows validate, trains on those instead.
    Classes of which a fold has nothing to test are named in a warning.

    Arguments
    ---------
    folds : Folds
    fold : int
        The one to test, from 0 on.

    Raises
    ------
    ValueError
        If there is no such fold, or an open set has two.

    Example
    -------
    >>> rows = [{"ID": s + k, "singer": s} for s in "ab" for k in "12345"]
    >>> parts = FoldSplit(Folds(count=5), fold=4).parts(rows)
    >>> {name: len(part) for name, part in parts.items()}
    {'train': 6, 'valid': 2, 'test': 2}
    """

    folds: Folds
    fold: int = 0

    def __post_init__(self):
        if self.folds.by == self.folds.label:
            what = f"folds by {self.folds.by}, to train, validate and test"
            check_whole(what, self.folds.count, least=3)
        check_whole("fold", self.fold, least=0, most=self.folds.count - 1)

    def described(self):
        """As `Split.described`, with what the file of the folds holds."""
        kept = self.folds.path and Path(self.folds.path)
        held = kept.read_bytes() if kept and kept.is_file() else b""
        return f"{self!r} {hashlib.sha256(held).hexdigest()}"

    def parts(self, rows):
        """As `Split.parts`.

        Raises
        ------
        FoldsError
            As `Folds.numbers` does.
        """
        label = self.folds.label
        names = self._names(rows)
        classes = group_numbers(rows, label)
        trained = np.isin(classes, classes[names == "train"])
        untrained = np.isin(classes, classes[~trained & (names == "test")])
        moved = untrained & (names == "valid")
        if moved.any():
            logger.warning(
                "fold %d: %d rows that would validate train instead, as their "
                "%ss have no others to train on",
                *(self.fold, moved.sum(), label),
            )
        tested = np.isin(classes, classes[names == "test"])
        if self.folds.by != label and not tested.all():
            absent = sorted({row[label] for row in select(rows, ~tested)})
            logger.warning(
                "fold %d: %d of %d %ss have nothing to test in it, such as %s",
                *(self.fold, len(absent), classes.max() + 1, label, absent[0]),
            )
        return in_parts(rows, np.where(moved, "train", names))

    def _names(self, rows):
        """The part of each row."""
        folds, names = self.folds, np.full(len(rows), "train")
        numbers = folds.numbers(rows)
        names[numbers == self.fold] = "test"
        if folds.count > 2:
            names[numbers == (self.fold + 1) % folds.count] = "valid"
            return names
        left = np.flatnonzero(numbers != self.fold)
        other = [rows[i] for i in left]
        inner, _ = inner_folds(
            other, _VALID_SHARE, label=folds.label, seed=folds.seed
        )
        if inner is not None:
            names[left[inner == 0]] = "valid"
        return names


def _check_column(setting, name):
    if not (name and isinstance(name, str)):
        raise ValueError(f"{setting}: {name!r}: must be the name of a column")


def _check_file(setting, path):
    is_name = isinstance(path, str | os.PathLike)
    if not is_name or "\0" in str(path) or Path(path).is_dir():
        raise ValueError(
            f"{setting}: {str(path)!r}: must be the path of a file"
        )


def _published(rows, column):
    """The folds that a column holds: numbers sorted as such, others as text."""
    numbers = group_numbers(rows, column)
    values = [str(row[column]) for row in rows]
    if all(value.isdecimal() for value in values):
        return sorted_numbers([int(value) for value in values])[1]
    return numbers
