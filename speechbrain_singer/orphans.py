"""Processes that were started, and whose starter was killed."""

import multiprocessing
import os
from threading import Thread


def end_with_parent():
    """Ends this process when the one that started it was killed."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
