"""Keeps the memory of large activations instead of asking for it again."""

import ctypes

from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# From glibc's malloc.h
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGEST = 2**31 - 1  # mallopt takes an int


def keep_freed_memory():
    """Tells glibc to keep what is freed, for the whole process.

    Large blocks go back to the system after every use otherwise, and half of
    the time of a large batch on a CPU is spent on page faults. To be called
    once, before the first batch, by a program that owns its process: a
    training script, not a library. Without effect where the C library has no
    `mallopt` (macOS, Windows, musl).

    Returns
    -------
    done : bool
        Whether the C library obeyed.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        logger.debug("no mallopt here: freed memory goes back to the system")
        return False
    settings = (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD)
    return all([mallopt(name, _LARGEST) == 1 for name in settings])
