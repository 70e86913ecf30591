"""SpeechBrain and torch, imported in less time."""

import gc
import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_STATISTICS = "scipy.stats"
_FROZEN_BY_PYTHON = 1000  # and fewer: hundreds as it starts, or none


@contextmanager
def quick_imports():
    """What is imported within it takes less time, and is the same.

    The garbage collector rests meanwhile: modules stay, and it would go over
    all of them again and again. And `scipy.stats` is left for later: it takes
    longer than the rest of SpeechBrain, which wants one distribution of it, for
    one sampler. That brings it along when it is used. Meanwhile parts of it
    cannot be imported by their own names, such as `scipy.stats.qmc`.

    Example
    -------
    >>> with quick_imports():
    ...     import speechbrain
    >>> gc.isenabled()
    True
    """
    collects = gc.isenabled()
    gc.disable()
    if _STATISTICS not in sys.modules:
        sys.modules[_STATISTICS] = _Statistics(_STATISTICS)
    try:
        yield
    finally:
        _remove_stand_in()
        if collects:
            _take_as_old()
            gc.enable()


def _take_as_old():
    """As if the collector had gone over what there is, several times."""
    # What somebody froze stays frozen
    if gc.get_freeze_count() < _FROZEN_BY_PYTHON:
        gc.freeze()
        gc.unfreeze()


class _Statistics(ModuleType):
    """Stands for `scipy.stats`: who wants more than `lognorm` gets that."""

    def __getattr__(self, name):
        if name.startswith("__"):  # by which Python asks what a module is
            raise AttributeError(name)
        return _Lognorm() if name == "lognorm" else getattr(_statistics(), name)


class _Lognorm:
    """Stands for `scipy.stats.lognorm`."""

    def __call__(self, *parameters, **named):
        return _statistics().lognorm(*parameters, **named)

    def __getattr__(self, name):
        return getattr(_statistics().lognorm, name)


def _statistics():
    _remove_stand_in()
    return import_module(_STATISTICS)


def _remove_stand_in():
    if isinstance(sys.modules.get(_STATISTICS), _Statistics):
        del sys.modules[_STATISTICS]
