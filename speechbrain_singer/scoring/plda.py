"""Probabilistic linear discriminant analysis (PLDA), SpeechBrain's."""

import numpy as np
import scipy.linalg
from speechbrain.processing import PLDA_LDA

from speechbrain_singer.scoring.pairs import inner_products
from speechbrain_singer.scoring.vectors import (
    as_classes,
    as_vectors,
    check_trials,
    no_background,
    normalise,
)
from speechbrain_singer.scoring.whitening import Whitening

_ITERATIONS = 50  # of expectation maximisation; 10 are too few for pairs
_MAX_DIMENSION = 200
_MAX_RANK = 100
# Recordings for each dimension of the covariance within singers, if there are
# enough for so many dimensions
_RECORDINGS = 10
_FEW_DIMENSIONS = 10


class PLDA:
    """Log-likelihood ratio of one singer against two, under Gaussians.

    Embeddings are whitened in the directions that vary most, given the length
    1 (Garcia-Romero and Espy-Wilson, Interspeech 2011), and modelled as

        x = mean + F h + e,   h ~ N(0, I) of the singer,   e ~ N(0, Sigma)

    of the recording. Directions in which the background singers do not
    differ count for nothing: there are at most as many of them as singers,
    less one, so that this takes hundreds of singers to be worth it.

    SpeechBrain trains mean, F and Sigma. In its `PLDA.plda` the Cholesky
    factor of the last step is the upper one where the lower one is meant, and
    the likelihood may fall without end. Not so in coordinates in which both
    covariances are diagonal, and those are what it gets; PLDA is the same in
    any. Its `fast_PLDA_scoring` makes the matrix of all pairs and seeks each
    recording's name in lists; the formula is evaluated for the trials only.

    Arguments
    ---------
    rank : int, optional
        Of F. The number of background singers less one if left out, and at
        most 100.
    dimension : int, optional
        Of the whitened space. A tenth of the number of background recordings
        if left out, and at most 200.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> rng = np.random.default_rng(0)
    >>> singers = np.repeat(np.arange(30), 10).astype(str)
    >>> centres = np.repeat(rng.standard_normal((30, 5)), 10, axis=0)
    >>> background = centres + 0.3 * rng.standard_normal((300, 5))
    >>> trials = Trials(np.array([0, 0]), np.array([1, 299]), np.array([1, 0]))
    >>> scores = PLDA().fit(background, singers).score(background, trials)
    >>> bool(scores[0] > 0 > scores[1])
    True
    """

    needs_background = True
    log_likelihood_ratios = True
    whitening = None

    def __init__(self, rank=None, dimension=None):
        self.rank = rank
        self.dimension = dimension

    def fit(self, embeddings, singers):
        """Learns the covariances between and within singers, see `scoring`."""
        vectors = as_vectors(embeddings, "the background set")
        classes = as_classes(singers, len(vectors))
        dimension = self.dimension or _default_dimension(vectors, classes)
        whitening = Whitening(vectors, dimension)
        vectors = normalise(whitening(vectors), "the whitened background set")
        self.mean, self.factors, self.residual = _train(
            vectors, classes, self.rank or _MAX_RANK
        )
        self.whitening = whitening
        return self

    def score(self, embeddings, trials):
        """Scores trials, see `scoring`: natural log-likelihood ratios.

        Calibrate them nevertheless: embeddings are not quite Gaussian.
        """
        if self.whitening is None:
            raise no_background("plda")
        vectors = as_vectors(embeddings)
        check_trials(trials, len(vectors))
        vectors = normalise(self.whitening(vectors), "the whitened embeddings")
        return plda_scores(
            vectors, trials, self.mean, self.factors, self.residual
        )


def plda_scores(vectors, trials, mean, factors, residual):
    """Log-likelihood ratios of trials, of one recording on each side.

    With B = F F' and T = B + Sigma, both recordings of one singer are
    jointly Gaussian of covariance [[T, B], [B, T]], and those of two of
    covariance [[T, 0], [0, T]].

    Arguments
    ---------
    vectors : np.ndarray
        [recordings, dim]
    trials : Trials
    mean : np.ndarray
        [dim]
    factors : np.ndarray
        [dim, rank], F.
    residual : np.ndarray
        [dim, dim], Sigma.

    Returns
    -------
    scores : np.ndarray
        [trials], natural logarithms.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([0]), np.array([1]))
    >>> one, zero = np.eye(1), np.zeros((1, 1))
    >>> plda_scores(zero, trials, np.zeros(1), one, one).round(3)
    array([0.144])
    """
    # Coordinates in which Sigma is the identity and B diagonal: there the
    # dimensions are independent, and only so many as F has columns matter
    rank = factors.shape[1]
    ratios, axes = scipy.linalg.eigh(factors @ factors.T, residual)
    ratios, axes = ratios[-rank:].clip(min=0), axes[:, -rank:]
    vectors = (vectors - mean) @ axes
    total = 1 + ratios
    determinant = total**2 - ratios**2
    own = 0.5 * np.square(vectors) @ (1 / total - total / determinant)
    constant = np.log(total).sum() - 0.5 * np.log(determinant).sum()
    scores = inner_products(vectors * (ratios / determinant), vectors, trials)
    scores += own[trials.first] + own[trials.second]
    scores += constant
    return scores


def _default_dimension(vectors, classes):
    free = len(vectors) - (classes.max() + 1)
    if free < 2:
        raise ValueError(
            f"plda: the {len(vectors)} background recordings are of "
            f"{classes.max() + 1} singers: several of each are needed to know "
            "how recordings of one singer differ"
        )
    few = min(_FEW_DIMENSIONS, free // 2)
    return min(vectors.shape[1], _MAX_DIMENSION, max(free // _RECORDINGS, few))


def _train(vectors, classes, rank):
    """Mean [dim], F [dim, rank] and Sigma [dim, dim], by SpeechBrain."""
    axes = _axes(vectors, classes)
    plda = PLDA_LDA.PLDA(
        rank_f=min(rank, classes.max(), vectors.shape[1]), nb_iter=_ITERATIONS
    )
    plda.plda(_statistics(vectors @ axes, classes))
    back = np.linalg.inv(axes)
    return plda.mean @ back, back.T @ plda.F, back.T @ plda.Sigma @ back


def _axes(vectors, classes):
    """Coordinates [dim, dim] in which the covariance within singers is the
    identity and the total is diagonal, its largest value first."""
    centres = np.zeros((classes.max() + 1, vectors.shape[1]))
    np.add.at(centres, classes, vectors)
    centres /= np.bincount(classes)[:, None]
    within = _covariance(vectors - centres[classes])
    total = _covariance(vectors - vectors.mean(axis=0))
    if np.linalg.eigvalsh(within)[0] <= 1e-10 * total.diagonal().mean():
        raise ValueError(
            f"plda: the recordings of a background singer do not differ in "
            f"all of {len(within)} dimensions: give more recordings that are "
            "not copies of each other, or fewer dimensions"
        )
    return scipy.linalg.eigh(total, within)[1][:, ::-1]


def _covariance(centred):
    return centred.T @ centred / len(centred)


def _statistics(vectors, classes):
    """Background set as SpeechBrain's PLDA takes it."""
    recordings = np.arange(len(vectors))
    return PLDA_LDA.StatObject_SB(
        modelset=classes,
        segset=recordings,
        start=recordings,
        stop=recordings,
        stat0=np.ones((len(vectors), 1)),
        stat1=vectors,
    )
