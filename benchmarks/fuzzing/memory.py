"""The memory of this process."""

import resource
from pathlib import Path

ASKED = 2 << 30  # bytes that a process may ask for besides what it has


def limit_memory():
    """From now on, what asks for gigabytes is a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + ASKED
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def growth(memory):
    """From the second fifth of the samples to the last one, in MiB."""
    fifth = len(memory) // 5
    if fifth < 4:
        return 0
    return min(memory[-fifth:]) - max(memory[fifth : 2 * fifth])


def resident_mib():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
