"""Splits a corpus into training, validation and test."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.fold_plan import Folds
from speechbrain_singer.dataio.folds import group_numbers
from speechbrain_singer.dataio.open_split import (
    in_parts,
    is_share,
    split_by_singer,
)

logger = get_logger(__name__)

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Split:
    """Says which recordings train, validate and test.

    By singer it is an open set: no singer is in two parts. Without singers to
    tell apart (no labels, one singer, or too few for the shares asked for) the
    recordings themselves are split, with a warning.

    By anything else it is a closed set: of each singer's recordings, songs,
    albums or whatever the column holds, some are tested and some validate;
    the rest trains, one at least.

    Recordings without a singer's name train.

    Arguments
    ---------
    valid_singers : float or int or list of str
        Below 1 the share of the singers, but at least two of them; from 1 on
        how many; or their names. 0 for no validation. In a closed set the
        share of each singer's groups, but at least one; or how many.
    test_singers : float or int or list of str
        Likewise. What is tested stays the same whatever `valid_singers` is.
    seed : int
    by : str
        singer, recording, song or any other column.
    published : str, optional
        The column that holds the corpus's own parts: train, valid or test.
        Nothing is drawn then.

    Example
    -------
    >>> rows = [{"ID": name + k, "singer": name} for name in "ABCDE" for k in
    ...         "12345"]
    >>> for split in Split(0.4, ["A"]), Split(0.2, 0.2, by="recording"):
    ...     print({name: len(part) for name, part in split.parts(rows).items()})
    {'train': 10, 'valid': 10, 'test': 5}
    {'train': 15, 'valid': 5, 'test': 5}
    """

    valid_singers: float | int | list = 0.2
    test_singers: float | int | list = 0.2
    seed: int = 1234
    by: str = "singer"
    published: str = None

    def described(self):
        """All that the parts depend on besides the rows, as text."""
        return repr(self)

    def parts(self, rows):
        """Splits the rows of a manifest.

        Arguments
        ---------
        rows : list of dict
            With `singer`, "" where unknown. If they have `sex` too, an open
            set's parts get the sexes in the corpus's proportion.

        Returns
        -------
        parts : dict
            `train`, `valid` and `test`: lists of rows, in their former order.

        Raises
        ------
        ValueError
            If a size makes no sense, names a singer who is not there, or
            leaves nothing to train on; if a column is missing, empty, or
            holds other parts than these.
        """
        if self.published is not None:
            return _published(rows, self.published)
        wanted = {"test": self.test_singers, "valid": self.valid_singers}
        for part, size in wanted.items():
            _check_size(f"{part}_singers", size)
        if self.by == "singer":
            return split_by_singer(rows, wanted, self.seed)
        return _closed(rows, wanted, self.by, self.seed)


@dataclass(frozen=True)
class FoldSplit:
    """One fold is tested, the next one validates, the others train.

    Arguments
    ---------
    folds : Folds
    fold : int
        The one to test, from 0 on.

    Example
    -------
    >>> rows = [{"ID": s + k, "singer": s} for s in "ab" for k in "12345"]
    >>> parts = FoldSplit(Folds(count=5), fold=4).parts(rows)
    >>> {name: len(part) for name, part in parts.items()}
    {'train': 6, 'valid': 2, 'test': 2}
    """

    folds: Folds
    fold: int = 0

    def described(self):
        """As `Split.described`, with what the file of the folds holds."""
        kept = self.folds.path and Path(self.folds.path)
        held = kept.read_bytes() if kept and kept.is_file() else b""
        return f"{self!r} {hashlib.sha256(held).hexdigest()}"

    def parts(self, rows):
        """As `Split.parts`; see `parts_of_fold`."""
        numbers = self.folds.numbers(rows)
        return parts_of_fold(rows, numbers, self.fold, self.folds.label)


def parts_of_fold(rows, numbers, fold, label="singer"):
    """Splits rows for one round of a cross-validation.

    A class that would be tested without having been trained on, as all of its
    other rows validate, trains on those instead.

    Arguments
    ---------
    rows : list of dict
    numbers : np.ndarray
        [rows], the fold of each, from 0 on; three folds at least.
    fold : int
        The one to test; the next one validates.
    label : str
        The column of the classes.

    Returns
    -------
    parts : dict
        `train`, `valid` and `test`: lists of rows, in their former order.

    Raises
    ------
    ValueError
        If there is no such fold, or there are fewer than three.
    """
    count = int(numbers.max()) + 1
    if count < 3:
        raise ValueError(
            f"{count} folds: to train, validate and test takes three at least"
        )
    if not 0 <= fold < count:
        raise ValueError(f"no fold {fold}: there are 0 to {count - 1}")
    part_of = {fold: "test", (fold + 1) % count: "valid"}
    names = [part_of.get(number, "train") for number in numbers.tolist()]
    parts = in_parts(rows, names)
    trained, tested = (
        {row[label] for row in parts[name]} for name in ("train", "test")
    )
    untrained = tested - trained
    moved = [
        name == "valid" and row[label] in untrained
        for row, name in zip(rows, names, strict=True)
    ]
    if any(moved):
        logger.warning(
            "fold %d: %d rows that would validate train instead, as their %ss "
            "have no others to train on",
            *(fold, sum(moved), label),
        )
        names = np.where(moved, "train", names).tolist()
    return in_parts(rows, names)


def _published(rows, column):
    """The parts that a column of the manifest names."""
    group_numbers(rows, column)  # refuses empty values
    for row in rows:
        if row[column] not in PARTS:
            raise ValueError(
                f"{row.get('wav', '')}: {column} is {row[column]!r}; a "
                "published split has train, valid and test"
            )
    parts = in_parts(rows, [row[column] for row in rows])
    if not parts["train"]:
        raise ValueError(f"nothing trains: no row has train in {column!r}")
    return parts


def _closed(rows, wanted, by, seed):
    """Of each singer some groups are tested, some validate, the rest trains."""
    for part, size in wanted.items():
        if isinstance(size, list | tuple):
            raise ValueError(
                f"{part}_singers is {size!r}: names are for a split by singer; "
                f"by {by} it is a share or a number of each singer's"
            )
    named = [i for i, row in enumerate(rows) if row["singer"]]
    groups = group_numbers([rows[i] for i in named], by).tolist()
    groups_of = {}  # by singer and group, the numbers of the rows
    for i, group in zip(named, groups, strict=True):
        own = groups_of.setdefault(rows[i]["singer"], {})
        own.setdefault(group, []).append(i)
    if len(groups_of) < 2:
        raise ValueError(
            f"a closed set by {by} takes two singers at least; there is "
            f"{', '.join(groups_of) or 'none'}"
        )
    rng = np.random.default_rng(seed)
    names = ["train"] * len(rows)
    for singer in sorted(groups_of):
        own = groups_of[singer]
        free = rng.permutation(sorted(own)).tolist()
        for part, size in wanted.items():
            share = max(1, round(size * len(own))) if is_share(size) else size
            for _ in range(min(int(share), len(free) - 1)):
                for i in own[free.pop()]:
                    names[i] = part
    parts = in_parts(rows, names)
    _report_closed(parts, wanted, by, len(rows) - len(named))
    return parts


def _report_closed(parts, wanted, by, unnamed):
    """Counts the singers who are not in a part, and stops if nobody is."""
    singers = {row["singer"] for row in parts["train"]} - {""}
    for part, size in wanted.items():
        lacking = singers - {row["singer"] for row in parts[part]}
        if size and len(lacking) == len(singers):
            raise ValueError(
                f"no singer has a {by} to spare for {part}: split by another "
                f"column, or set {part}_singers to 0"
            )
        if size and lacking:
            logger.warning(
                "%d of %d singers have too few values of %s for %s, such as %s",
                *(len(lacking), len(singers), by, part, min(lacking)),
            )
    if unnamed:
        logger.warning("%d recordings without a singer's name train", unnamed)


def _check_size(name, size):
    if isinstance(size, list | tuple):
        return
    number = isinstance(size, int | float) and not isinstance(size, bool)
    if not number or size < 0 or (isinstance(size, float) and size >= 1):
        raise ValueError(
            f"{name} is {size!r}; it must be a share below 1 (0.2), a number "
            "of singers (4), or a list of their names"
        )
