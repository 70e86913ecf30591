"""Manifests: one CSV row a recording, as SpeechBrain's datasets read them."""

import math
from pathlib import Path

from speechbrain_singer.dataio.audio import LOUDEST, SAMPLE_RATES
from speechbrain_singer.dataio.csv_files import read_csv, write_csv
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.dataio.roots import read_roots

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
# Files of the same recording, in columns that a corpus may have
FURTHER_FILES = ("mixture", "accompaniment")
WEIGHT = "weight"  # how often a second of a recording is drawn
PATHS = ("wav", *FURTHER_FILES, "notes")
MOST_FRAMES = 2**40  # twelve days at the highest of `SAMPLE_RATES`
MOST_SECONDS = MOST_FRAMES / SAMPLE_RATES[0]


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
        `stop` (frames) and `sample_rate` (Hz) int, `weight` float if it is
        there, everything else str. Singers and songs are `composed`, and
        `PATHS` resolved, see `dataio.roots`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is broken (see `read_csv`), a column is missing, an ID
        stands twice, or a value cannot be: what is not a number where one
        belongs, an end before the start, a rate of 0. The message names file
        and line.

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
    rows, lines, resolve = [], {}, read_roots(path.parent)
    for line, row in read_csv(path, (*COLUMNS, *further)):
        rows.append(_typed(row, resolve, f"{path}, line {line}"))
        first = lines.setdefault(row["ID"], line)
        if first != line:
            raise ValueError(
                f"{path}, line {line}: the ID {row['ID']!r} stands in line "
                f"{first} too: give each row its own"
            )
    return rows


def _typed(row, resolve, where):
    typed = row | {name: composed(row[name]) for name in ("singer", "song")}
    for name in PATHS:
        if name in row:
            try:
                typed[name] = resolve(row[name])
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from error
    for name, kind in (COLUMNS | {WEIGHT: float}).items():
        if kind is not str and name in row:
            typed[name] = _number(kind, row[name], f"{where}: {name}")
    flaw = _flaw(typed)
    if flaw:
        raise ValueError(f"{where}: {flaw}: mend the line or take it out")
    return typed


def _number(kind, text, where):
    try:
        if "_" not in text:  # Python takes 1_000 for a number
            return kind(text)
    except ValueError:
        pass
    raise ValueError(f"{where} is {text[:40]!r}, which is no {kind.__name__}")


def _flaw(row):
    """What a row says that cannot be; None if it is in order."""
    start, stop, rate = row["start"], row["stop"], row["sample_rate"]
    for name in ("ID", "wav"):
        if not row[name]:
            return f"{name} is empty"
    if not SAMPLE_RATES[0] <= rate <= SAMPLE_RATES[1]:
        return f"sample_rate {rate} is not one of audio"
    if not 0 <= start < stop <= MOST_FRAMES:
        return f"start {start} and stop {stop} are no stretch of frames"
    if not 0 < row["duration"] <= MOST_SECONDS:
        return f"duration {row['duration']} is no length in seconds"
    if not 0 <= row["peak"] <= LOUDEST:
        return f"peak {row['peak']} is no largest absolute value"
    if not 0 < row.get(WEIGHT, 1.0) < math.inf:
        return f"weight {row[WEIGHT]} is no positive number"
    return None


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
    write_csv(path, COLUMNS, rows)


def recording_of(row):
    """The name of the recording that a row is, or is a clip of."""
    return row.get("recording") or row.get("ID")


def column_names(setting, value):
    """Names of columns, from a sequence or from a text as `sex,register`.

    Arguments
    ---------
    setting : str
        What they are given for, for the message.
    value : sequence of str or str or None

    Raises
    ------
    ValueError
        If it is neither.

    Example
    -------
    >>> column_names("same", "sex, register"), column_names("same", ["song"])
    (('sex', 'register'), ('song',))
    >>> column_names("same", None)
    ()
    """
    names = [] if value is None else value
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",") if name.strip()]
    is_list = isinstance(names, list | tuple)
    if not is_list or not all(name and isinstance(name, str) for name in names):
        raise ValueError(
            f"{setting}: {value!r}: must be names of columns, such as "
            "[sex, register]"
        )
    return tuple(names)


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
