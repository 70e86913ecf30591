"""Files of folds: the fold of each recording, by its ID."""

from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import csv_writer, read_csv
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.dataio.names import ByName

logger = get_logger(__name__)


def write_folds(path, rows, numbers):
    """Writes the fold of each row: a CSV file of ID and fold.

    Arguments
    ---------
    path : str or Path
    rows : list of dict
    numbers : np.ndarray
        [rows]

    Example
    -------
    >>> path = getfixture("tmp_path") / "folds.csv"
    >>> rows = [{"ID": "a"}, {"ID": "b"}]
    >>> write_folds(path, rows, np.array([1, 0]))
    >>> kept_folds(path, rows)
    array([1, 0])
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(["ID", "fold"])
        writer.writerows(
            [row["ID"], number]
            for row, number in zip(rows, numbers.tolist(), strict=True)
        )


def _read(path):
    """What a file of folds holds: the fold of each ID, as text."""
    found = {}
    try:
        for line, row in read_csv(path, ("ID", "fold")):
            name, fold = row["ID"], row["fold"]
            number = fold.isdecimal() and len(fold) < 10
            if not number or found.setdefault(name, fold) != fold:
                raise ValueError(
                    f"{path}, line {line}: {name!r} in fold {fold!r}: each ID "
                    "is in one fold, a number from 0 on"
                )
    except ValueError as error:
        raise FoldsError(str(error)) from None
    return found


def _names_there(found, rows):
    """What each row is called in a file of folds; None where it lacks.

    A clip that is not named there is in the fold of its recording.
    """
    names = ByName({name: name for name in found})
    return [
        names.find(row["ID"]) or names.find(recording_of(row)) for row in rows
    ]


def rows_with_folds(path, rows):
    """Those of the rows that a file of folds has."""
    names = _names_there(_read(path), rows)
    return [row for row, name in zip(rows, names, strict=True) if name]


def kept_folds(path, rows):
    """The fold of each row, [rows]; a FoldsError if one has none there."""
    found = _read(path)
    names = _names_there(found, rows)
    lacking = [recording_of(rows[i]) for i, n in enumerate(names) if n is None]
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
    return np.array([int(found[name]) for name in names])
