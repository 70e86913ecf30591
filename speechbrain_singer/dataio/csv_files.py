"""CSV files: any names go in, and what is broken is named by file and line."""

import csv
import re

from speechbrain_singer.dataio.files import atomic_open

# What "surrogateescape" makes of bytes that are not UTF-8
_ESCAPED = re.compile("[\udc80-\udcff]")


def read_csv(path, columns, **form):
    """Reads the lines of a CSV file with a head.

    Arguments
    ---------
    path : str or Path
        In UTF-8, with a byte order mark or without.
    columns : sequence of str
        Those that there must be.
    **form
        How it differs from CSV, in the words of `csv.reader`, such as
        `delimiter="\\t"`.

    Yields
    ------
    line : int
        Where the row stands, or ends if it has line breaks.
    row : dict of str
        All its columns.

    Raises
    ------
    ValueError
        If a column is missing or stands twice, a line has a field too many or
        too few, or the file is no CSV file in UTF-8.

    Example
    -------
    >>> path = getfixture("tmp_path") / "folds.csv"
    >>> _ = path.write_text("ID,fold\\na,0\\nb\\n")
    >>> next(read_csv(path, ["ID"]))
    (2, {'ID': 'a', 'fold': '0'})
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, **{"strict": True, **form})
        lines = _lines(reader, path)
        names = next(lines, [])
        _check_names(path, names, columns)
        for fields in lines:
            if len(fields) != len(names):
                raise ValueError(
                    f"{path}, line {reader.line_num}: {len(fields)} fields, "
                    f"but there are {len(names)} columns: mend the line"
                )
            if any("\0" in field for field in fields):
                raise ValueError(
                    f"{path}, line {reader.line_num}: holds a zero byte: the "
                    "file is damaged, write it anew"
                )
            yield reader.line_num, dict(zip(names, fields, strict=True))


def _lines(reader, path):
    """The lines that are not blank; errors name file and line."""
    try:
        yield from filter(None, reader)
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line_not_utf8(path)}: not text in UTF-8: "
            "convert the file"
        ) from None
    except csv.Error as error:
        raise ValueError(
            f"{path}, line {reader.line_num}: no CSV file ({error}): mend it, "
            "or write it anew"
        ) from None


def line_not_utf8(path):
    """The number of the first line of a file that is no text in UTF-8.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.csv"
    >>> _ = path.write_bytes(b"ID\\nZo\\xeb\\n")
    >>> line_not_utf8(path)
    2
    """
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        numbered = enumerate(file, 1)
        return next(n for n, line in numbered if _ESCAPED.search(line))


def _check_names(path, names, columns):
    missing = [name for name in columns if name not in names]
    if missing:
        raise ValueError(
            f"{path}: no column {', '.join(missing)}; it has "
            f"{', '.join(names) or 'none'}"
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(f"{path}: the column {twice[0]!r} stands twice in it")


def csv_writer(file):
    """As `csv.writer`, for lines that end as everywhere else, with a new line.

    Python 3.12 and older do not quote a carriage return unless lines end with
    one, and it reads as the end of a line.

    Arguments
    ---------
    file : object
        Opened for text, with `newline=""`.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.csv"
    >>> with open(path, "w", newline="") as file:
    ...     csv_writer(file).writerows([["ID"], ["a\\rb"]])
    >>> list(read_csv(path, ["ID"]))
    [(3, {'ID': 'a\\rb'})]
    """
    return csv.writer(_NewLines(file))


def write_csv(path, columns, rows):
    """Writes a table, whole or not at all.

    Arguments
    ---------
    path : str or Path
    columns : sequence of str
        They come first; what else rows have follows by name.
    rows : list of dict
        What a row lacks is left empty.

    Raises
    ------
    OSError
        If it cannot be written.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.csv"
    >>> write_csv(path, ["ID"], [{"ID": "a"}, {"ID": "b", "singer": "Ann"}])
    >>> path.read_text().split()
    ['ID,singer', 'a,', 'b,Ann']
    """
    further = {name for row in rows for name in row} - set(columns)
    columns = [*columns, *sorted(further)]
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(columns)
        writer.writerows([row.get(c, "") for c in columns] for row in rows)


class _NewLines:
    def __init__(self, file):
        self._file = file

    def write(self, line):
        return self._file.write(f"{line[:-2]}\n")
