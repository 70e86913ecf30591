"""The library that reads and writes shards, where it is installed."""


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
    try:
        import webdataset
        import webdataset.shardlists
    except ImportError as error:
        raise ImportError(
            f"shards need the package webdataset ({error}): "
            "pip install speechbrain_singer[shards]"
        ) from error
    return webdataset
