"""A corpus of one's own: a table of recordings, a row each."""

import csv
import os
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.parts import part_of
from speechbrain_singer.dataio.csv_files import line_not_utf8, read_csv
from speechbrain_singer.dataio.manifest import COLUMNS, WEIGHT
from speechbrain_singer.dataio.notes import read_notes

logger = get_logger(__name__)

FILES = ("mixture", "accompaniment")  # besides the path
SEXES = {"f": "female", "m": "male", "female": "female", "male": "male"}
# What a manifest knows by itself, or by which rows are told apart or drawn
RESERVED = {*COLUMNS, "recording", "reason", "corpus", WEIGHT}
RESERVED -= {"singer", "song"}
DELIMITERS = ",\t;"


def list_recordings(data_folder, table="recordings.csv", columns=None):
    """Lists the recordings that a table names.

    The table is text in UTF-8, its fields between commas, tabs or semicolons,
    whichever the line of the headers has most of. A recording whose file is
    missing is told with its line, and left out.

    Arguments
    ---------
    data_folder : str or Path
        What the paths in the table are relative to.
    table : str
        The path of the table, relative to `data_folder` too.
    columns : dict of str, optional
        Our names and the table's: `{path: file, singer: artist_name}`. Every
        other column keeps its name. We know `path`, `singer`, `song`, `album`,
        `sex` (f, female, m or male), `split` (train, valid or test),
        `mixture` and `accompaniment` (paths), `notes` (paths of CSV files with
        the columns onset and offset, in seconds, and pitch, in MIDI numbers).

    Returns
    -------
    recordings : list of dict
        With `path`, `singer` and `song` ("" if there is no such column) and
        all other columns; or, of what cannot be used, `path` and `reason`.

    Raises
    ------
    FileNotFoundError
        If there is no such table, or none of its files.
    ValueError
        If it is broken, has no row, or lacks a column.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "one.wav").touch()
    >>> _ = (folder / "a.csv").write_text("file,artist\\none.wav,Ann\\n")
    >>> names = {"path": "file", "singer": "artist"}
    >>> recording, = list_recordings(folder, "a.csv", names)
    >>> recording["singer"], recording["song"]
    ('Ann', '')
    """
    root = Path(os.path.abspath(data_folder))
    path = root / table
    if not path.is_file():
        raise FileNotFoundError(_no_table(root, path))
    delimiter, headers = _read_head(path)
    sources = _sources(path, headers, {} if columns is None else columns)
    recordings, lines, silent = [], {}, []
    form = {"delimiter": delimiter, "skipinitialspace": True}
    for line, row in read_csv(path, headers, **form):
        values = {name: row[source].strip() for name, source in sources.items()}
        recording = _recording(root, values, f"line {line} of {path.name}")
        first = lines.setdefault(recording["path"], line)
        if first != line:
            recording = {
                "path": recording["path"],
                "reason": f"named twice: in lines {first} and {line}",
            }
        if recording.get("notes") == [] and values["notes"]:
            silent.append(values["notes"])
        recordings.append(recording)
    _check_found(root, path, recordings)
    if silent:
        logger.warning(
            "%s: %d recordings have no notes, as their files are missing, such "
            "as %s",
            *(path, len(silent), silent[0]),
        )
    return sorted(recordings, key=lambda row: row["path"])


def _no_table(root, path):
    if not root.is_dir():
        return f"{root}: no such folder"
    kinds = (".csv", ".tsv", ".txt")
    there = sorted(p.name for p in root.iterdir() if p.suffix.lower() in kinds)
    return (
        f"{path}: no such table; {root} has {', '.join(there[:9]) or 'none'}: "
        "name the table, --corpus_options '{table: NAME}'"
    )


def _read_head(path):
    """What stands between the fields of a table, and its headers."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            head = next(filter(str.strip, file), "")
            delimiter = max(DELIMITERS, key=head.count)
            file.seek(0)
            form = {"delimiter": delimiter, "skipinitialspace": True}
            return delimiter, next(filter(None, csv.reader(file, **form)), [])
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line_not_utf8(path)}: not text in UTF-8: save the "
            "table as CSV in UTF-8"
        ) from None


def _sources(path, headers, columns):
    """Our names of columns -> the table's."""
    _check_columns(path, headers, columns)
    sources, taken = dict(columns), set(columns.values())
    clashing = []
    for header in headers:
        if header in columns or header in RESERVED or not header:
            clashing += [header] if header not in taken else []
        elif header not in taken:
            sources[header] = header
    if clashing:
        logger.warning(
            "%s: columns that are left out, as the manifest has its own of "
            "these names: %s; to keep one, give it another name in columns",
            *(path, ", ".join(map(repr, clashing))),
        )
    has = ", ".join(headers) or "none"
    if "path" not in sources:
        raise ValueError(
            f"{path}, line 1: no column 'path'; it has {has}: say which one "
            "names the files, --corpus_options '{columns: {path: HEADER}}'"
        )
    if "singer" not in sources:
        logger.warning(
            "%s: no column 'singer', so nobody is told apart; it has %s: if "
            "one is the singer's, say so in columns",
            *(path, has),
        )
    return sources


def _check_columns(path, headers, columns):
    texts = isinstance(columns, dict) and [*columns, *columns.values()]
    if texts is False or not all(isinstance(text, str) for text in texts):
        raise ValueError(
            f"columns: {columns!r}: must be our names and those of the table, "
            "such as {path: file, singer: artist_name}"
        )
    own = sorted(RESERVED & set(columns))
    if own:
        raise ValueError(
            f"columns: {own[0]!r} is a name of the manifest's own: take another"
        )
    twice = [name for name in headers if headers.count(name) > 1]
    if twice:
        raise ValueError(
            f"{path}, line 1: the column {twice[0]!r} stands twice in it: "
            "rename one of them"
        )
    for name, header in columns.items():
        if header not in headers:
            raise ValueError(
                f"{path}, line 1: no column {header!r}, which is to be the "
                f"{name}; it has {', '.join(headers) or 'none'}: name one of "
                "them in columns"
            )


def _recording(root, values, where):
    """A row of the table as a recording; with a `reason` if it is none."""
    if not values["path"]:
        return {"path": where, "reason": "no path in the table"}
    row = {"singer": "", "song": "", **values}
    row["path"] = _absolute(root, values["path"])
    if not os.path.isfile(row["path"]):
        return {"path": row["path"], "reason": f"no such file: {where}"}
    for name in FILES:
        if row.get(name):
            row[name] = _absolute(root, row[name])
            if not os.path.isfile(row[name]):
                reason = f"no such {name}: {row[name]} in {where}"
                return {"path": row["path"], "reason": reason}
    if "sex" in row:
        row["sex"] = SEXES.get(row["sex"].lower(), row["sex"])
    if "split" in row:
        row["split"] = part_of(row["split"])
    if "notes" in row:
        try:
            row["notes"] = _read_notes(root, row["notes"])
        except ValueError as error:
            return {"path": row["path"], "reason": f"broken notes: {error}"}
    return row


def _absolute(root, path):
    return os.path.normpath(root / path)


def _read_notes(root, path):
    """Onset, offset and pitch of notes; none if there is no such file."""
    file = _absolute(root, path)
    if not path or not os.path.isfile(file):
        return []
    return [tuple(note) for note in read_notes(file).tolist()]


def _check_found(root, path, recordings):
    """Refuses a table that brings nothing."""
    if not recordings:
        raise ValueError(
            f"{path}: no row below the headers: add one for each recording"
        )
    if all("reason" in row for row in recordings):
        first = recordings[0]
        raise FileNotFoundError(
            f"{path}: none of its {len(recordings)} recordings can be used; "
            f"the first: {first['path']}: {first['reason']}; paths are "
            f"relative to the data folder, {root}: give another one, or mend "
            "the table"
        )
