"""Writes files whole or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_open(path):
    """Opens a text file that appears under its name only when it is complete.

    The text goes to a temporary name beside it, so that a run killed while
    writing leaves the former file, or none, and never half of one.

    Arguments
    ---------
    path : str or Path

    Yields
    ------
    file : io.TextIOWrapper
        UTF-8, new lines as they are written.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.txt"
    >>> with atomic_open(path) as file:
    ...     _ = file.write("whole")
    ...     assert not path.exists()
    >>> path.read_text()
    'whole'
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
