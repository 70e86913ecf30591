"""Replaces a folder at one stroke: whoever looks finds the old or the new."""

import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from speechbrain_singer.dataio.locks import is_abandoned, mark_alive

_LOCK = "lock"
_PARTS = {"new", "old", _LOCK}  # what lies in a temporary folder
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # Linux
_RENAME_SWAP = 2  # macOS
# Of file systems that cannot exchange
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


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
    beside = Path(
        tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)
    )
    try:
        with (beside / _LOCK).open("w") as lock:
            mark_alive(lock)
            # In a folder of its own, as `beside` is closed to all other users
            fresh = beside / "new"
            fresh.mkdir()
            yield fresh
            _replace(folder, fresh, beside / "old")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sweep(folder)


def _replace(folder, fresh, old):
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
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
    ours = re.compile(rf"\.{re.escape(folder.name)}\.[a-z0-9_]{{8}}")
    for path in folder.parent.iterdir():
        if ours.fullmatch(path.name) and _is_left(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_left(path):
    """Whether a killed process left it, and not somebody something else."""
    try:
        parts = {part.name for part in path.iterdir()}
    except OSError:
        return False
    unlocked = _LOCK not in parts or is_abandoned(path / _LOCK)
    return parts <= _PARTS and not path.is_symlink() and unlocked
