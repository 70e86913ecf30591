"""How much is gained by hearing more: figures of clips, and of neighbours."""

import numpy as np

from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.predictions import Predictions, spread

TRACK = "track"  # the context of all clips of a track
FIGURES = ("accuracy", "macro_f1")


def check_contexts(contexts):
    """Refuses what is no list of numbers of clips.

    Example
    -------
    >>> check_contexts([1, 2, 5])
    >>> check_contexts([0])
    Traceback (most recent call last):
    ValueError: contexts: 0: must be a whole number, 1 at least
    """
    if not isinstance(contexts, list | tuple):
        raise ValueError(
            f"contexts: {contexts!r}: must be a list of numbers of clips, such "
            "as [1, 2, 5]; whole tracks come beside"
        )
    for context in contexts:
        check_whole("contexts", context, least=1)


def context_groups(tracks, length):
    """Deals clips to groups of neighbours, without overlap, track by track.

    Arguments
    ---------
    tracks : np.ndarray
        [clips], the number of each one's track; clips of a track in order.
    length : int
        Clips of a group.

    Returns
    -------
    groups : np.ndarray
        [clips], from 0 on; -1 for what remains at the end of a track.

    Example
    -------
    >>> context_groups(np.array([0, 0, 0, 1, 1]), 2).tolist()
    [0, 0, -1, 1, 1]
    """
    order = np.argsort(tracks, kind="stable")
    own = tracks[order]
    starts = np.flatnonzero(np.diff(own, prepend=-1))
    sizes = np.diff(np.append(starts, own.size))
    place = np.arange(own.size) - np.repeat(starts, sizes)
    is_whole = place < np.repeat(sizes // length * length, sizes)
    numbers = np.cumsum(is_whole & (place % length == 0)) - 1
    groups = np.full(tracks.size, -1)
    groups[order] = np.where(is_whole, numbers, -1)
    return groups


def context_figures(names, labels, tracks, probabilities, contexts):
    """Accuracy and macro F1 of groups of clips, by their mean probabilities.

    Arguments
    ---------
    names : list of str
        Of the classes.
    labels : np.ndarray
        [clips], the class of each, from 0 on.
    tracks : np.ndarray
        [clips], as `context_groups` takes them.
    probabilities : np.ndarray
        [clips, classes]
    contexts : sequence of int
        Numbers of neighbouring clips. One is left out if no track has so many.

    Returns
    -------
    figures : dict of str to dict
        By context, rising, and of whole tracks by `track`: `accuracy` and
        `macro_f1` in percent, the latter over the classes that are tested.

    Example
    -------
    >>> labels, tracks = np.array([0, 0, 1]), np.array([0, 0, 1])
    >>> scores = np.array([[0.4, 0.6], [0.8, 0.2], [0.1, 0.9]])
    >>> figures = context_figures(["a", "b"], labels, tracks, scores, [2])
    >>> {context: own["accuracy"] for context, own in figures.items()}
    {'2': 100.0, 'track': 100.0}
    """
    groups = {str(n): context_groups(tracks, n) for n in sorted(contexts)}
    groups[TRACK] = np.unique(tracks, return_inverse=True)[1].reshape(-1)
    figures = {}
    for context, numbers in groups.items():
        kept = numbers >= 0
        if not kept.any():
            continue
        folds = np.zeros(kept.sum(), dtype=int)
        of_clips = Predictions(names, labels[kept], folds, probabilities[kept])
        measured = of_clips.averaged(numbers[kept]).figures()
        figures[context] = {name: measured[name]["mean"] for name in FIGURES}
    return figures


def over_repetitions(measured):
    """Mean and spread of what was measured several times.

    Arguments
    ---------
    measured : list of dict
        Each as `context_figures` returns them.

    Returns
    -------
    figures : dict of str to dict
        By context, whole tracks last, and figure as `spread` has it, over
        those repetitions that have the context.

    Example
    -------
    >>> one, other = {"1": {"accuracy": 10.0}}, {"1": {"accuracy": 30.0}}
    >>> over_repetitions([one, other])["1"]["accuracy"]["mean"]
    20.0
    """
    contexts = dict.fromkeys(name for each in measured for name in each)
    if TRACK in contexts:  # the first repetition may lack one before it
        contexts[TRACK] = contexts.pop(TRACK)
    return {
        context: {
            name: spread(
                [own[context][name] for own in measured if context in own]
            )
            for name in next(m[context] for m in measured if context in m)
        }
        for context in contexts
    }
