"""Writes files whole or not at all, and finds out early where it cannot."""

import tempfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def atomic_path(path):
    """A temporary path to write to; the file gets its name once it is complete.

    A run that is killed while it writes leaves the former file or none, never
    half of one. Others may write the same target meanwhile; the last to finish
    stays.

    Arguments
    ---------
    path : str or Path

    Yields
    ------
    temporary : Path
        Beside the target, hidden, and without its ending.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.bin"
    >>> with atomic_path(path) as temporary:
    ...     _ = temporary.write_bytes(b"whole")
    ...     assert not path.exists()
    >>> path.read_bytes()
    b'whole'
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_open(path):
    """As `atomic_path`, but opens a text file: UTF-8, new lines as written.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.txt"
    >>> with atomic_open(path) as file:
    ...     _ = file.write("whole")
    >>> path.read_text()
    'whole'
    """
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        yield file


def check_writable(folder):
    """Makes a folder if need be, and tries to write there.

    Arguments
    ---------
    folder : str or Path

    Raises
    ------
    OSError
        If nothing can be written there. The message names the folder.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "new"
    >>> check_writable(folder)
    >>> folder.is_dir()
    True
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(
            f"{folder}: cannot write there ({error}): choose another folder, "
            "or mend its permissions"
        ) from error
