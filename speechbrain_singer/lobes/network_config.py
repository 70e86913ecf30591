"""Settings that a network is built from: plain, known and within bounds."""

from speechbrain_singer.checks import check_number, check_whole

_MOST_ENTRIES = 16  # of a list, such as one for each convolution


def check_config(config, allowed):
    """Refuses settings that nobody knows, or of another kind or size.

    So a file may hold them that somebody else wrote: of what a library reads
    from its settings, such as paths and names of repositories, there is
    nothing but what is allowed.

    Arguments
    ---------
    config : dict
    allowed : dict
        By the name of a setting the largest whole number that it may be, an
        int; the largest number, a float; bool; str; or a list of the largest
        whole number that each in a list may be.

    Raises
    ------
    ValueError
        That names the setting.

    Example
    -------
    >>> check_config({"layers": 12, "strides": [5, 2]},
    ...              {"layers": 64, "strides": [8], "dropout": 1.0})
    >>> check_config({"layers": 65}, {"layers": 64})
    Traceback (most recent call last):
    ValueError: layers: 65: must be a whole number, 0 at least and 64 at most
    >>> check_config({"code": "a/b"}, {"layers": 64})
    Traceback (most recent call last):
    ValueError: code: no setting of such a network: there are layers
    """
    if not isinstance(config, dict):
        raise ValueError(f"config: {config!r}: must be settings by name")
    for key, value in config.items():
        if key not in allowed:
            raise ValueError(
                f"{key}: no setting of such a network: there are "
                f"{', '.join(allowed)}"
            )
        _check(key, value, allowed[key])


def _check(key, value, bound):
    if isinstance(bound, list):
        if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
            raise ValueError(
                f"{key}: {value!r}: must be a list of {_MOST_ENTRIES} at most"
            )
        for entry in value:
            check_whole(key, entry, least=1, most=bound[0])
    elif isinstance(bound, type):
        if not isinstance(value, bound):
            raise ValueError(f"{key}: {value!r}: must be a {bound.__name__}")
    elif isinstance(bound, float):
        check_number(key, value, least=0, most=bound)
    else:
        check_whole(key, value, least=0, most=bound)


def plain_config(config, allowed):
    """The settings among those of a library's object that are allowed.

    Arguments
    ---------
    config : object
        With settings as attributes; None stands for none.
    allowed : dict
        As `check_config` takes it.

    Returns
    -------
    config : dict

    Example
    -------
    >>> from types import SimpleNamespace
    >>> config = SimpleNamespace(strides=(5, 2), dropout=None, path="/tmp")
    >>> plain_config(config, {"strides": [8], "dropout": 1.0})
    {'strides': [5, 2]}
    """
    found = {key: getattr(config, key, None) for key in allowed}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in found.items()
        if value is not None
    }
