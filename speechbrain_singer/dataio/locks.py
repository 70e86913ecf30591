"""Locks on files that die with their process, however it ends."""

import os
import socket
from contextlib import ExitStack, contextmanager, suppress
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


@contextmanager
def one_at_a_time(folder):
    """Waits until nobody else is in a block like this on the folder.

    Arguments
    ---------
    folder : str or Path
        Is made if need be.

    Example
    -------
    >>> with one_at_a_time(getfixture("tmp_path")):
    ...     pass
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if fcntl is not None:
            opened = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, opened)
            with suppress(OSError):  # a file system without locks
                fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def mark_alive(file):
    """Shows others that a file is being written, until it is closed.

    Arguments
    ---------
    file : file object
        Open for writing.

    Returns
    -------
    is_there : bool
        False if somebody found it before it was marked, and removed it.
    """
    if fcntl is None:
        return True
    # A file system may have no locks; who has this one is about to remove it
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(file.name))
    except FileNotFoundError:
        return False


@contextmanager
def abandoned(path):
    """Whether whoever marked a file as being written has ended.

    Until the block ends, nobody else can mark it.

    Arguments
    ---------
    path : str or Path

    Yields
    ------
    is_abandoned : bool
        False too where it cannot be told.

    Example
    -------
    >>> path = getfixture("tmp_path") / "part"
    >>> with path.open("w") as file:
    ...     mark_alive(file)
    ...     with abandoned(path) as is_abandoned:
    ...         is_abandoned
    True
    False
    """
    with ExitStack() as stack:
        locked = False
        if fcntl is not None:
            with suppress(OSError):
                file = stack.enter_context(open(path, "rb"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                locked = True
        yield locked
