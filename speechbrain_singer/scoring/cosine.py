"""Cosine of embeddings: as they are, centred, or whitened."""

import torch
import torch.nn.functional as F

from speechbrain_singer.scoring.pairs import inner_products
from speechbrain_singer.scoring.vectors import (
    as_vectors,
    centre,
    check_trials,
    no_background,
    refuse,
)
from speechbrain_singer.scoring.whitening import Whitening


def cosine_scores(embeddings, trials):
    """Cosine of both recordings of each trial.

    Arguments
    ---------
    embeddings : torch.Tensor or np.ndarray
        [recordings, dim]. One may be zero, as while a network is trained: its
        cosines are 0.
    trials : Trials

    Returns
    -------
    scores : np.ndarray
        [trials], float64, in [-1, 1].

    Example
    -------
    >>> import numpy as np
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> cosine_scores(torch.tensor([[1.0, 0.0], [3.0, 4.0]]), trials)
    array([0.6])
    """
    vectors = torch.as_tensor(embeddings).detach().double()
    # Small embeddings have a direction, too
    vectors = F.normalize(vectors, dim=1, eps=1e-150).cpu().numpy()
    return inner_products(vectors, vectors, trials).clip(-1, 1)


class Cosine:
    """Cosine of both recordings of a trial."""

    needs_background = False

    def score(self, embeddings, trials):
        """Scores trials, see `scoring`: [trials], in [-1, 1]."""
        vectors = self._transform(as_vectors(embeddings))
        check_trials(trials, len(vectors))
        zero = ~vectors.any(axis=1)
        refuse(zero, "the transformed embeddings", "zero")
        return cosine_scores(vectors, trials)

    def _transform(self, vectors):
        return vectors


class CentredCosine(Cosine):
    """Cosine after the mean of a background set is subtracted.

    What all embeddings share says nothing about the singer, and an offset
    from the origin drives all cosines together.

    Example
    -------
    >>> import numpy as np
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([0]))
    >>> background = np.array([[9.0, 1.0], [9.0, -1.0]])
    >>> embeddings = np.array([[9.0, 2.0], [9.0, -3.0]])
    >>> CentredCosine().fit(background).score(embeddings, trials)
    array([-1.])
    """

    needs_background = True
    mean = None

    def fit(self, embeddings, singers=None):
        """Learns the mean, see `scoring`; the singers are not looked at."""
        self.mean = as_vectors(embeddings, "the background set").mean(axis=0)
        return self

    def _transform(self, vectors):
        if self.mean is None:
            raise no_background("centred")
        return centre(vectors, self.mean)


class WhitenedCosine(Cosine):
    """Cosine after a background set's mean and correlations are removed.

    Arguments
    ---------
    dimension : int, optional
        Of the whitened space, see `Whitening`; all of it if left out.

    Example
    -------
    >>> import numpy as np
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([0]))
    >>> background = np.random.default_rng(0).standard_normal((9999, 2))
    >>> background = background * [1.0, 10.0]
    >>> back_end = WhitenedCosine().fit(background)
    >>> embeddings = np.array([[1.0, 10.0], [-1.0, 10.0]])
    >>> abs(back_end.score(embeddings, trials).round(1))
    array([0.])
    """

    needs_background = True
    whitening = None

    def __init__(self, dimension=None):
        self.dimension = dimension

    def fit(self, embeddings, singers=None):
        """Learns mean and covariance; the singers are not looked at."""
        vectors = as_vectors(embeddings, "the background set")
        self.whitening = Whitening(vectors, self.dimension)
        return self

    def _transform(self, vectors):
        if self.whitening is None:
            raise no_background("whitened")
        return self.whitening(vectors)
