"""Threads that wait without spinning; garbage is looked for among what tests
make alone; fixtures where tests run."""

import gc
import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# It has no examples, and is taken for another folder's conftest
collect_ignore = ["conftest.py"]

# Nothing of what is imported and collected is ever let go
gc.disable()


def pytest_configure(config):
    """A process that hands tests out to others runs none, and imports none."""
    if not getattr(config.option, "numprocesses", None):
        config.pluginmanager.import_plugin("shared_fixtures")


def pytest_collection_finish():
    """What is there stays, 700,000 objects: nobody goes through them again."""
    gc.freeze()
    gc.enable()
