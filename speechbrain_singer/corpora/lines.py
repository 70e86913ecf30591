"""Reads annotations that are lines of text."""

from pathlib import Path

from speechbrain_singer.dataio.csv_files import line_not_utf8


def read_lines(path):
    """The lines of a file that are not blank, without blanks around them.

    Arguments
    ---------
    path : str or Path
        In UTF-8, with a byte order mark or without.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is not in UTF-8; the message names file and line.

    Example
    -------
    >>> path = getfixture("tmp_path") / "singers.txt"
    >>> _ = path.write_text("ann f \\n\\nbob m\\n")
    >>> read_lines(path)
    ['ann f', 'bob m']
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line_not_utf8(path)}: not text in UTF-8: "
            "convert the file"
        ) from None
    return [line.strip() for line in lines if line.strip()]
