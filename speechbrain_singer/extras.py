"""Packages that not everybody needs: extras of this one."""

from importlib import import_module


def imported(extra, what, *modules):
    """The first of some modules, once all of them are imported.

    Arguments
    ---------
    extra : str
        Of this package, as setup.py names it, that brings them along.
    what : str
        What needs them.
    *modules : str
        Their names.

    Returns
    -------
    module : module

    Raises
    ------
    ImportError
        If one is missing; the message says how to install it.

    Example
    -------
    >>> imported("shards", "a shard", "json", "json.decoder").__name__
    'json'
    >>> imported("shards", "a shard", "shard_reader_of_nobody")
    Traceback (most recent call last):
        ...
    ImportError: a shard needs more (No module named \
'shard_reader_of_nobody'): pip install speechbrain_singer[shards]
    """
    try:
        first, *_ = [import_module(name) for name in modules]
    except ImportError as error:
        raise ImportError(
            f"{what} needs more ({error}): "
            f"pip install speechbrain_singer[{extra}]"
        ) from error
    return first
