"""Embeds parts in several processes of this machine, any of which may die."""

import multiprocessing
import os
import signal
import threading
from collections import Counter
from contextlib import suppress
from itertools import islice
from multiprocessing import forkserver
from multiprocessing.connection import wait

from speechbrain_singer.catalogue.attempts import Worker
from speechbrain_singer.orphans import end_with_parent

_MOST = 6  # processes that a unit is given to: its own fault costs three


def embed_in_processes(units, about, device="cpu", workers=2):
    """Embeds units in processes that load the encoder once each.

    Each takes the next unit when it is done with one. For a process that is
    lost a new one begins the same unit, see `Worker`.

    Arguments
    ---------
    units : iterable of Unit
    about : dict
        As `about_encoder` returns it.
    device : str
    workers : int

    Yields
    ------
    done : dict
        As `embed_unit` returns it, as they come.

    Raises
    ------
    ChildProcessError
        If processes end before they begin.
    Exception
        What a process raises, such as OSError if it cannot write.
    """
    todo = iter(units)
    pool = _Pool(about, device)
    lost = Counter()  # processes, by the part that they were at
    try:
        at_work = {pool.start(unit): unit for unit in islice(todo, workers)}
        while at_work:
            for pipe in wait(list(at_work)):
                unit = at_work.pop(pipe)
                try:
                    answer = pipe.recv()
                except (EOFError, OSError):  # its process is lost
                    lost[unit.path] += 1
                    if lost[unit.path] == _MOST:
                        raise ChildProcessError(
                            f"{_MOST} processes ended before they began: in a "
                            "script, embed below if __name__ == '__main__':"
                        ) from None
                    at_work[pool.start(unit)] = unit
                    continue
                if isinstance(answer, Exception):
                    raise answer
                if following := next(todo, None):
                    at_work[pipe] = following
                    with suppress(OSError):  # lost: `recv` will say so
                        pipe.send(following)
                yield answer
    finally:
        pool.kill()


class _Pool:
    """The processes that were started."""

    def __init__(self, about, device):
        self._given = about, device
        self._processes = []
        if os.name == "nt":
            self._context = multiprocessing.get_context("spawn")
        else:  # forks of a process that has imported this, and has no threads
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload([__name__])
            _start_server()

    def start(self, unit):
        """Starts a process with its first unit; returns the pipe to it."""
        pipe, theirs = self._context.Pipe()
        given = theirs, *self._given
        process = self._context.Process(target=_work, args=given, daemon=True)
        process.start()
        self._processes.append(process)
        theirs.close()  # so that the pipe ends with the process
        with suppress(OSError):
            pipe.send(unit)
        return pipe

    def kill(self):
        """Ends all at once: what is done is in its place."""
        for process in self._processes:
            process.kill()
            process.join()


def _start_server():
    """Starts what Ctrl-C does not reach, while it imports: it is for us."""
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            forkserver.ensure_running()
        finally:
            signal.signal(signal.SIGINT, before)


def _work(pipe, about, device):
    """What a process does, for as long as the one that started it lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    worker = Worker(about, device)
    try:
        while True:
            pipe.send(worker.embed(pipe.recv()))
    except EOFError:  # no more units
        pass
    except Exception as error:
        pipe.send(error)
