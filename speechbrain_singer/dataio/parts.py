"""Parts of a corpus that others have published: training, validation, test.

They are a column of the manifest, or a list in a CSV file: `ID,part`, a line
for each recording.
"""

import hashlib
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.dataio.names import composed

logger = get_logger(__name__)

PARTS = ("train", "valid", "test")


def in_parts(rows, names):
    """By the name of the part that each row is in, the rows of each part."""
    named = list(zip(rows, names, strict=True))
    return {part: [row for row, n in named if n == part] for part in PARTS}


def published_parts(rows, published):
    """Splits rows as a column or a list says.

    Rows for which the column has nothing, and those that a list does not name,
    are in no part.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    published : str
        The name of the column, or the path of the list, which ends with .csv.

    Returns
    -------
    parts : dict
        `train`, `valid` and `test`: lists of rows, in their former order.

    Raises
    ------
    ValueError
        If the column is missing, there are other parts than these, or nothing
        trains.

    Example
    -------
    >>> rows = [{"ID": "a", "split": "train"}, {"ID": "b", "split": "test"}]
    >>> [row["ID"] for row in published_parts(rows, "split")["test"]]
    ['b']
    """
    if str(published).endswith(".csv"):
        names = _listed(rows, published)
    else:
        names = _in_column(rows, published)
    left_out = names.count("")
    if left_out:
        logger.warning(
            "%d of %d recordings are in no part of %s, and left out",
            *(left_out, len(rows), published),
        )
    parts = in_parts(rows, names)
    if not parts["train"]:
        raise ValueError(f"{published}: nothing trains")
    return parts


def list_digest(published):
    """What a list holds, in short; "" of a column."""
    if not str(published).endswith(".csv") or not Path(published).is_file():
        return ""
    return hashlib.sha256(Path(published).read_bytes()).hexdigest()


def _in_column(rows, column):
    names = [row.get(column) for row in rows]
    if any(name is not None for name in names):
        # Of several corpora some may have published none
        names = [name or "" for name in names]
    for row, name in zip(rows, names, strict=True):
        if name not in (*PARTS, ""):
            raise ValueError(
                f"{row.get('wav', '')}: {column} is {name!r}; a published "
                "split has train, valid and test"
            )
    return names


def _listed(rows, path):
    part_of = {}
    for line, row in read_csv(path, ("ID", "part")):
        if row["part"] not in PARTS:
            raise ValueError(
                f"{path}, line {line}: the part {row['part']!r}: must be "
                "train, valid or test"
            )
        if part_of.setdefault(composed(row["ID"]), row["part"]) != row["part"]:
            raise ValueError(
                f"{path}, line {line}: {row['ID']!r} is in another part too"
            )
    known = {composed(row["ID"]) for row in rows}
    missing = sorted(part_of.keys() - known)
    if missing:
        logger.warning(
            "%s: %d of %d recordings are not there, such as %r",
            *(path, len(missing), len(part_of), missing[0]),
        )
    return [part_of.get(composed(row["ID"]), "") for row in rows]
