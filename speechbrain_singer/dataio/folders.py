"""Replaces a folder at one stroke: whoever looks finds the old or the new."""

import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from speechbrain_singer.dataio.files import short_name
from speechbrain_singer.dataio.locks import abandoned, mark_alive

_LOCK = "lock"
_PARTS = {"new", "old", _LOCK}  # what lies in a temporary folder
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # Linux
_RENAME_SWAP = 2  # macOS
# Of file systems that cannot exchange
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
# Of a rename to what somebody has made meanwhile
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


@contextmanager
def atomic_folder(folder):
    """An empty folder to fill, which then takes the place of another.

    Where the system can exchange two names (Linux, macOS), there is no moment
    without the folder. What killed calls left beside it is removed.

    Arguments
    ---------
    folder : str or Path
        The one to replace, with all that is in it, if it is there.

    Yields
    ------
    fresh : Path

    Example
    -------
    >>> folder = getfixture("tmp_path") / "encoder"
    >>> for text in ("first", "second"):
    ...     with atomic_folder(folder) as fresh:
    ...         _ = (fresh / text).write_text(text)
    >>> [path.name for path in folder.iterdir()]
    ['second']
    """
    # A link stays, and what it leads to is replaced
    folder = Path(os.path.realpath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside, lock = _marked_folder(folder)
    try:
        with lock:
            # In a folder of its own, as `beside` is closed to all other users
            fresh = beside / "new"
            fresh.mkdir()
            yield fresh
            _replace(folder, fresh, beside / "old")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sweep(folder)


def _marked_folder(folder):
    """A folder beside it, and the open lock by which it is not abandoned."""
    prefix = f".{short_name(folder)}."
    while True:
        beside = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
        # Whoever sweeps may have found it without its lock
        with suppress(FileNotFoundError):
            lock = (beside / _LOCK).open("w")
            if mark_alive(lock):
                return beside, lock
            lock.close()


def _replace(folder, fresh, old):
    if not folder.exists():
        try:
            fresh.rename(folder)
            return
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
    if not _exchange(fresh, folder):
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise


def _exchange(first, second):
    """Exchanges two paths; whether the system can."""
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    paths = os.fsencode(first), os.fsencode(second)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        failed = library.renamex_np(*paths, _RENAME_SWAP)
    elif sys.platform == "linux" and hasattr(library, "renameat2"):
        at = _AT_FDCWD
        failed = library.renameat2(at, paths[0], at, paths[1], _RENAME_EXCHANGE)
    else:
        return False
    number = ctypes.get_errno()
    if failed and number not in _CANNOT:
        raise OSError(number, os.strerror(number), str(second))
    return not failed


def _sweep(folder):
    """Removes what killed processes left, and nothing of somebody else's."""
    ours = re.compile(rf"\.{re.escape(short_name(folder))}\.[a-z0-9_]{{8}}")
    for path in folder.parent.iterdir():
        # What goes, or is of other users, meanwhile is none of ours
        with suppress(OSError):
            if ours.fullmatch(path.name) and not path.is_symlink():
                _remove_if_left(path)


def _remove_if_left(path):
    parts = {part.name for part in path.iterdir()}
    if not parts:
        path.rmdir()  # fails if it is being filled by now
    elif parts <= _PARTS and _LOCK in parts:
        with abandoned(path / _LOCK) as is_abandoned:
            if is_abandoned:
                shutil.rmtree(path, ignore_errors=True)
    elif parts <= _PARTS:  # the lock comes first
        shutil.rmtree(path, ignore_errors=True)
