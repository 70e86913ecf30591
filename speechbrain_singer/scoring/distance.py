"""Minus the squared Euclidean distance of embeddings as they are."""

import numpy as np
import torch

from speechbrain_singer.scoring.pairs import inner_products
from speechbrain_singer.scoring.vectors import as_vectors, check_trials


def distance_scores(embeddings, trials):
    """Minus the squared distance of both recordings of each trial.

    Arguments
    ---------
    embeddings : torch.Tensor or np.ndarray
        [recordings, dim]
    trials : Trials

    Returns
    -------
    scores : np.ndarray
        [trials], float64, 0 at most.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> distance_scores(torch.tensor([[1.0, 0.0], [4.0, 4.0]]), trials)
    array([-25.])
    """
    vectors = torch.as_tensor(embeddings).detach().double().cpu().numpy()
    # Far from the origin little would be left of the difference
    vectors = vectors - vectors.mean(axis=0)
    squares = np.einsum("rd,rd->r", vectors, vectors)
    scores = 2 * inner_products(vectors, vectors, trials)
    scores -= squares[trials.first] + squares[trials.second]
    return scores.clip(max=0)


class Distance:
    """Minus the squared distance of both recordings of a trial.

    As siamese networks are trained for, whose embeddings have lengths.
    """

    needs_background = False

    def score(self, embeddings, trials):
        """Scores trials, see `scoring`: [trials], 0 at most."""
        vectors = as_vectors(embeddings, directions=False)
        check_trials(trials, len(vectors))
        return distance_scores(vectors, trials)
