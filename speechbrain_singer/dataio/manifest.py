"""Manifests: one CSV row a recording, as SpeechBrain's datasets read them."""

import csv
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open

# Every manifest has these; a corpus adds its own behind them, as text.
# `start` and `stop` count frames of the file, `peak` is the largest absolute
# value that was found in it.
COLUMNS = {
    "ID": str,
    "duration": float,
    "wav": str,
    "start": int,
    "stop": int,
    "sample_rate": int,
    "singer": str,
    "song": str,
    "peak": float,
}


def read_manifest(path, *further):
    """Reads a manifest.

    Arguments
    ---------
    path : str or Path
        A CSV file that `write_manifest` wrote, or one with the same columns.
    *further : str
        Columns that are needed besides `COLUMNS`.

    Returns
    -------
    rows : list of dict
        In the file's order. `duration` (seconds) and `peak` are float, `start`,
        `stop` (frames) and `sample_rate` (Hz) int, everything else str.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is missing or holds what is not a number where one belongs;
        the message names file, column and line.

    Example
    -------
    >>> path = getfixture("tmp_path") / "train.csv"
    >>> row = {"ID": "a", "duration": 2.0, "wav": "a.wav", "start": 0}
    >>> row |= {"stop": 88200, "sample_rate": 44100, "peak": 0.5}
    >>> write_manifest(path, [row | {"singer": "Ann", "song": "1"}])
    >>> read_manifest(path)[0]["stop"]
    88200
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such manifest; speechbrain_singer.corpora.Corpus "
            "writes it"
        )
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        found = reader.fieldnames or []
        missing = [n for n in (*COLUMNS, *further) if n not in found]
        if missing:
            raise ValueError(
                f"{path}: no column {', '.join(missing)}; it has "
                f"{', '.join(found) or 'none'}"
            )
        return [_typed(row, path, reader.line_num) for row in reader]


def _typed(row, path, line):
    try:
        return row | {name: kind(row[name]) for name, kind in COLUMNS.items()}
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}, line {line}: {error}") from None


def write_manifest(path, rows):
    """Writes a manifest, whole or not at all.

    Arguments
    ---------
    path : str or Path
    rows : list of dict
        With at least the keys in `COLUMNS`; further ones become further
        columns, empty in the rows that lack them.

    Example
    -------
    >>> path = getfixture("tmp_path") / "empty.csv"
    >>> write_manifest(path, [])
    >>> read_manifest(path)
    []
    """
    columns = list(COLUMNS)
    columns += sorted({name for row in rows for name in row} - set(columns))
    with atomic_open(path) as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def recording_of(row):
    """The name of the recording that a row is, or is a clip of."""
    return row.get("recording") or row.get("ID")


def column_names(value):
    """Names of columns, from a sequence or from a text as `sex,register`.

    Example
    -------
    >>> column_names("sex, register"), column_names(["song"])
    (('sex', 'register'), ('song',))
    >>> column_names(None)
    ()
    """
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    return tuple(value or ())


def check_columns(rows, names):
    """Refuses columns that a manifest does not have.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest.
    names : sequence of str

    Raises
    ------
    ValueError
        If a row lacks one of them; the message names those that there are.

    Example
    -------
    >>> check_columns([{"singer": "ann"}], ["sex"])
    Traceback (most recent call last):
        ...
    ValueError: no column 'sex' in the manifest; it has singer
    """
    for name in names:
        lacking = next((row for row in rows if name not in row), None)
        if lacking is not None:
            raise ValueError(
                f"no column {name!r} in the manifest; it has "
                f"{', '.join(lacking)}"
            )
