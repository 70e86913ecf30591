"""Runs work in a process that dies at a file operation of its own."""

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import NamedTuple

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Python tells of them before they happen
OPERATIONS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"}


class Moment(NamedTuple):
    """When a process dies.

    Arguments
    ---------
    operation : int
        Which of its file operations is the last: 1 is the first.
    delay : float
        Seconds that it lives on. Without a delay that operation does not
        happen; with one, it may die within what a library in C writes.
    """

    operation: int
    delay: float = 0.0


class End(NamedTuple):
    """How a process ended.

    Arguments
    ---------
    killed : bool
    failure : str
        The end of what it said if it failed; empty if it did not.
    operations : list of str
        What it did to files.
    """

    killed: bool
    failure: str
    operations: list


def run(work, folder, moment=None):
    """Does work in a child process.

    It is forked: imports that this process has made are made once. So this
    process must not have computed anything before.

    Arguments
    ---------
    work : callable
        Called without arguments, in `folder`.
    folder : Path
        Operations below it count.
    moment : Moment, optional
        When it dies; never if left out.

    Returns
    -------
    end : End
    """
    note = folder.with_name(f"{folder.name}.operations")
    said = folder.with_name(f"{folder.name}.said")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with said.open("w") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            os.chdir(folder)
            _watch(folder, note.open("w", buffering=1), moment)
            work()
            code = 0
        except BaseException:
            os.write(2, traceback.format_exc().encode(errors="replace"))
        os._exit(code)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status)
    text = said.read_text(errors="replace") if status and not killed else ""
    return End(killed, text[-600:], note.read_text().splitlines())


def _watch(folder, note, moment):
    """Counts this process's operations below a folder, and ends it."""
    place, own, done = f"{folder}/", os.getpid(), 0

    def watch(event, arguments):
        nonlocal done
        if event == "open":
            if not (arguments[2] or 0) & WRITING:
                return
        elif event not in OPERATIONS:
            return
        if isinstance(arguments[0], int) or os.getpid() != own:
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if not path.startswith(place):
            return
        done += 1
        note.write(f"{event} {path.removeprefix(place)}\n")
        if moment and done == moment.operation:
            if not moment.delay:
                os.kill(own, signal.SIGKILL)
            # Without a handler the system ends the process, whatever it does
            signal.setitimer(signal.ITIMER_REAL, moment.delay)

    sys.addaudithook(watch)


def names_below(folder):
    """All paths below a folder, with digits of times made equal."""
    names = []
    for path in sorted(Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if "CKPT+" in name:
            head, _, tail = name.partition("CKPT+")
            name = f"{head}CKPT+/{tail.partition('/')[2]}"
        names.append(name)
    return names
