"""Linear probes of clips whose tracks, or singers, stay on one side."""

from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.evaluation.contexts import context_figures
from speechbrain_singer.evaluation.probes import LinearProbe

MOST = 100_000  # clips that train: of 1280 dimensions, 3 GB while they do


class Examples(NamedTuple):
    """Clips with classes.

    Arguments
    ---------
    names : list of str
        Of the classes.
    labels : np.ndarray
        [clips], the class of each, from 0 on.
    tracks : np.ndarray
        [clips], the number of each one's track.
    """

    names: list
    labels: np.ndarray
    tracks: np.ndarray


def probe_figures(embeddings, examples, parts, contexts):
    """Trains a probe, and measures it at several contexts.

    The strength of regularisation is chosen by the validation part, and the
    regression converges: the published probe is the same linear layer, that
    Adam (5e-4, batches of 64) trains until validation gets no better. Of more
    than `MOST` clips every second, third or so trains: neighbours in a track
    are much alike.

    Arguments
    ---------
    embeddings : torch.Tensor
        [clips, dim]
    examples : Examples
    parts : sequence of np.ndarray
        Of training, validation and test: [clips], bool.
    contexts : sequence of int
        As `context_figures` takes them.

    Returns
    -------
    figures : dict
        `contexts`, of the test, as `context_figures` returns them; `chance`,
        of guessing among the classes that trained, and `untrained`, how many of
        its clips are of a class that did not train, in percent of the clips.

    Raises
    ------
    ValueError
        If less than two classes train, or nothing is tested.

    Example
    -------
    >>> labels = np.arange(6) % 2
    >>> examples = Examples(["a", "b"], labels, np.arange(6))
    >>> parts = np.arange(6) < 4, np.zeros(6, bool), np.arange(6) >= 4
    >>> embeddings = torch.eye(2).repeat(3, 1)
    >>> probe_figures(embeddings, examples, parts, [1])["contexts"]["1"]
    {'accuracy': 100.0, 'macro_f1': 100.0}
    """
    train, valid, test = parts
    train = _thinned(train)
    parts = train, valid, test
    known, trained = np.unique(examples.labels[train], return_inverse=True)
    if len(known) < 2 or not test.any():
        raise ValueError(
            f"{len(known)} classes train and {test.sum()} clips are tested: at "
            "least two and one are needed"
        )
    probabilities = _probabilities(embeddings, examples, parts, known, trained)
    labels = examples.labels[test]
    return {
        "contexts": context_figures(
            *(examples.names, labels, examples.tracks[test], probabilities),
            contexts,
        ),
        "chance": 100 / len(known),
        "untrained": 100 * float((~np.isin(labels, known)).mean()),
    }


def _thinned(train):
    """As many of them as there is memory for, evenly spaced."""
    places = np.flatnonzero(train)
    step = -(-len(places) // MOST)
    thinned = np.zeros_like(train)
    thinned[places[:: max(step, 1)]] = True
    return thinned


def _probabilities(embeddings, examples, parts, known, trained):
    """Of the clips that are tested, [clips, classes]."""
    numbers = np.full(len(examples.names), -1)
    numbers[known] = np.arange(len(known))
    train, valid, test = map(torch.from_numpy, parts)
    probe = LinearProbe().fit_beside(
        *(embeddings[train], torch.from_numpy(trained.reshape(-1))),
        *(embeddings[valid], torch.from_numpy(numbers[examples.labels])[valid]),
    )
    scores = probe.scores(embeddings[test]).double().softmax(dim=1).numpy()
    probabilities = np.zeros((len(scores), len(numbers)))
    probabilities[:, known] = scores
    return probabilities
