"""Writes files whole or not at all, and finds out early where it cannot."""

import errno
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from speechbrain_singer.dataio.locks import abandoned, mark_alive

_TEMPORARY = re.compile(r"\..*\.[0-9a-f]{32}")
_LONGEST = 200  # bytes of a name, to which others are added: 255 may be all
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LEAST_FREE = 2**20  # bytes; where a disk has less, that is why writing failed


@contextmanager
def atomic_path(path):
    """A temporary path to write to; the file gets its name once it is complete.

    A run that is killed while it writes, or a machine that loses power, leaves
    the former file or none, never half of one. Others may write the same
    target meanwhile; the last to finish stays.

    Arguments
    ---------
    path : str or Path
        Of a link, what it leads to is written.

    Yields
    ------
    temporary : Path
        An empty file beside the target, hidden, and without its ending. If a
        kill leaves it there, `sweep` removes it.

    Raises
    ------
    OSError
        If it cannot be written; the message names it, also if the disk is
        full.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.bin"
    >>> with atomic_path(path) as temporary:
    ...     _ = temporary.write_bytes(b"whole")
    ...     assert not path.exists()
    >>> path.read_bytes()
    b'whole'
    """
    target = Path(os.path.realpath(path))
    with full_disk_named(path), _named(path), _marked_file(target) as file:
        temporary = Path(file.name)
        try:
            yield temporary
            os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def _named(path):
    """Errors name what is written, not the hidden file in its place."""
    try:
        yield
    except OSError as error:
        if not _TEMPORARY.fullmatch(os.path.basename(str(error.filename))):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _marked_file(target):
    """An empty file beside it, open, that nobody takes for abandoned."""
    stem = short_name(target)
    while True:
        file = target.with_name(f".{stem}.{uuid4().hex}").open("xb")
        if mark_alive(file):
            return file
        file.close()


def short_name(path):
    """The name of a path, or so much of it that a longer one has room."""
    return os.fsencode(path.name)[:_LONGEST].decode("utf-8", "ignore")


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


def read_json(path, remedy):
    """The mapping in a JSON file.

    Arguments
    ---------
    path : str or Path
    remedy : str
        What to do if it is damaged.

    Returns
    -------
    values : dict

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.json"
    >>> _ = path.write_text("[]")
    >>> read_json(path, "make it anew")
    Traceback (most recent call last):
    ValueError: ...a.json: damaged: make it anew
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise ValueError(f"{path}: damaged: {remedy}")
    return values


def sweep(folder, below=True):
    """Removes what `atomic_path` could not, as its process was killed.

    What is still being written stays.

    Arguments
    ---------
    folder : str or Path
    below : bool
        Whether in all folders below it too.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / f".a.csv.{uuid4().hex}").touch()
    >>> sweep(folder)
    >>> list(folder.iterdir())
    []
    """
    for path in Path(folder).glob("**/.*" if below else ".*"):
        if _TEMPORARY.fullmatch(path.name):
            with abandoned(path) as is_abandoned:
                if is_abandoned:
                    path.unlink(missing_ok=True)


@contextmanager
def full_disk_named(path):
    """Where writing fails since a disk is full, says so, and which.

    Libraries tell it in words of their own, such as "unexpected pos 64".

    Arguments
    ---------
    path : str or Path
        What is written.

    Raises
    ------
    OSError
        With the path, and what to do.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if getattr(error, "errno", None) not in _FULL and not _is_full(path):
            raise
        raise OSError(
            errno.ENOSPC,
            "no space left on this disk: make room, and start the same again",
            str(path),
        ) from error


def _is_full(path):
    folder = Path(path).absolute()
    while not folder.is_dir():
        folder = folder.parent
    return shutil.disk_usage(folder).free < _LEAST_FREE


def check_writable(folder):
    """Makes a folder if need be, and tries to write there.

    Arguments
    ---------
    folder : str or Path

    Raises
    ------
    OSError
        If nothing can be written there. The message names the folder.
    ValueError
        If it is no name of a folder.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "new"
    >>> check_writable(folder)
    >>> folder.is_dir()
    True
    """
    if not (isinstance(folder, str | os.PathLike) and str(folder)):
        raise ValueError(f"{folder!r}: no folder is named: give its path")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:  # the latter of a zero byte
        name = str(folder).replace("\0", "\\0")
        raise OSError(
            f"{name}: cannot write there ({error}): choose another folder, "
            "or mend its permissions"
        ) from error
