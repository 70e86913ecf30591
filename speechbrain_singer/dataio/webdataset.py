"""The library that reads and writes shards, where it is installed."""

from speechbrain_singer.extras import imported


def webdataset():
    """The package `webdataset`.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.

    Example
    -------
    >>> webdataset().TarWriter.__name__
    'TarWriter'
    """
    modules = "webdataset", "webdataset.shardlists"
    return imported("shards", "a shard", *modules)
