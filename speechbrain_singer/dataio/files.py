"""Writes files whole or not at all, and finds out early where it cannot."""

import tempfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def atomic_path(path):
    """A path to write to; what is there takes its name once it is complete.

    It is temporary, lies beside the target and is nobody else's: other
    threads, processes and machines may write the same target meanwhile, and
    the last one to finish stays. A run killed while writing leaves the former
    file, or none, and never half of one.

    Arguments
    ---------
    path : str or Path

    Yields
    ------
    temporary : Path
        Hidden, and without the target's ending.

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
    """Opens a text file that appears under its name only when it is complete.

    As `atomic_path`, for text.

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
