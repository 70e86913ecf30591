"""What an experiment has the embedded corpus look like, unless told."""


def options_of(corpus, options, embedded):
    """The options of a corpus; of the embedded one with an experiment's own.

    So a command line that names another corpus need not take them away.

    Arguments
    ---------
    corpus : str
        Its name, as `Corpus` takes it.
    options : dict or None
        What is asked for.
    embedded : dict
        What the embedded corpus gets besides.

    Returns
    -------
    options : dict or None

    Example
    -------
    >>> options_of("synthetic", {"seconds": 4}, {"singers": 9, "seconds": 8})
    {'singers': 9, 'seconds': 4}
    >>> options_of("damp", {"singers": 46}, {"seconds": 8})
    {'singers': 46}
    """
    if corpus != "synthetic":
        return options
    return {**embedded, **(options or {})}
