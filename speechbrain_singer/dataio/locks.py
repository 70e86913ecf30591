"""Locks on files that die with their process, however it ends."""

import os
import socket
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked
    fcntl = None

_held = {}  # by path, what this process has locked for as long as it lives


class InUseError(RuntimeError):
    """Another process works in this folder."""


def lock_folder(folder):
    """Makes a folder this process's own for as long as it lives.

    The lock is on the file `.lock` in it, which may stay: it holds nobody back
    once its process has ended. Processes forked from this one do not have it.

    Arguments
    ---------
    folder : str or Path
        Is made if need be.

    Raises
    ------
    InUseError
        If another process has it; the message says which.

    Example
    -------
    >>> folder = getfixture("tmp_path") / "results"
    >>> lock_folder(folder)
    >>> lock_folder(folder)  # once more in the same process
    """
    path = Path(folder).resolve() / ".lock"
    if fcntl is None or path in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="utf-8", errors="replace")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "of unknown number"
        file.close()
        raise InUseError(
            f"{folder}: another run is using this folder (process {owner}): "
            "wait for it or stop it, or name another output_folder"
        ) from None
    except OSError:  # a file system without locks
        file.close()
        return
    file.truncate(0)
    file.write(f"{os.getpid()} on {socket.gethostname()}\n")
    file.flush()
    _held[path] = file


def mark_alive(file):
    """Shows others that a file is being written, until it is closed.

    Arguments
    ---------
    file : file object
        Open for writing.
    """
    if fcntl is not None:
        # A file system may have no locks
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_abandoned(path):
    """Whether whoever marked a file as being written has ended.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    abandoned : bool
        False too where it cannot be told.

    Example
    -------
    >>> path = getfixture("tmp_path") / "part"
    >>> with path.open("w") as file:
    ...     mark_alive(file)
    ...     is_abandoned(path)
    False
    >>> is_abandoned(path)
    True
    """
    if fcntl is None:
        return False
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
