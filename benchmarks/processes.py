"""Memory and processor time of a process and of all below it, from /proc."""

import os
import threading
from pathlib import Path

EVERY = 0.25  # seconds between two looks
_TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Looks after a process and all that it starts, until `stop`.

    Arguments
    ---------
    process : int
        Its number.
    """

    def __init__(self, process):
        self._family = {process}
        self._seconds = {}  # by process, as they were last seen
        self._peak = 0, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def seconds(self):
        """Processor time so far."""
        return sum(self._seconds.values())

    def stop(self):
        """Processor time in seconds, largest memory in MiB, of how many."""
        self._done.set()
        self._thread.join()
        return self.seconds(), *self._peak

    def _watch(self):
        while not self._done.wait(EVERY):
            memory = [self._look(int(name)) for name in _running()]
            sizes = [size for size in memory if size]
            self._peak = max(self._peak, (sum(sizes), len(sizes)))

    def _look(self, process):
        """MiB of a process of the family; 0 of others and of those gone."""
        folder = Path(f"/proc/{process}")
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            if not self._family.intersection((process, int(stat[1]))):
                return 0
            self._family.add(process)
            self._seconds[process] = (int(stat[11]) + int(stat[12])) / _TICKS
            rollup = (folder / "smaps_rollup").read_text()
        except OSError:
            return 0
        lines = (line.split() for line in rollup.splitlines())
        shared_out = next(line for line in lines if line[0] == "Pss:")
        return int(shared_out[1]) / 1024


def _running():
    return sorted((n for n in os.listdir("/proc") if n.isdecimal()), key=int)
