"""Whitening by a background set, however few its recordings are."""

import numpy as np
import torch

from speechbrain_singer.principal_axes import principal_axes
from speechbrain_singer.scoring.vectors import centre


class Whitening:
    """Removes mean and correlations of a background set.

    The fewer its recordings are, the more its covariance is shrunk towards a
    multiple of the identity (Ledoit and Wolf, "A well-conditioned estimator
    for large-dimensional covariance matrices", J. Multivariate Analysis
    2004). So directions that vary little there, by chance, are not blown up.
    Those in which it does not vary at all (there are many where it has fewer
    recordings than dimensions) stay in, scaled by the smallest variance.

    Arguments
    ---------
    vectors : np.ndarray
        [recordings, dim], the background set.
    dimension : int, optional
        Keep only so many directions, those that vary most, and are known
        best. All of the space if left out.

    Raises
    ------
    ValueError
        If the recordings do not differ, or have fewer directions.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> background = rng.standard_normal((5000, 2)) * [1.0, 9.0] + 4
    >>> white = Whitening(background)(background.copy())
    >>> np.cov(white.T).round(1) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """

    def __init__(self, vectors, dimension=None):
        self.mean = vectors.mean(axis=0)
        centred = centre(vectors.copy(), self.mean)
        variances, directions = _principal(centred)
        known = variances.size
        if not known:
            raise ValueError(
                "the background recordings' embeddings are all the same: give "
                "others, or another encoder"
            )
        if dimension is not None and not 1 <= dimension <= known:
            raise ValueError(
                f"dimension is {dimension}, but the background set has "
                f"{known} directions: choose 1 to {known}, or give more "
                "recordings"
            )
        shrinkage = ledoit_wolf(centred, variances)
        average = variances.sum() / vectors.shape[1]
        shrunk = (1 - shrinkage) * variances + shrinkage * average
        self.directions = directions[:, :dimension]
        self.scales = 1 / np.sqrt(shrunk[:dimension])
        # Of the directions in which the background set does not vary
        self.scale_besides = None
        if dimension is None and known < vectors.shape[1]:
            besides = shrinkage * average or shrunk[-1]
            self.scale_besides = 1 / np.sqrt(besides)

    def __call__(self, vectors):
        """[recordings, dim] to [recordings, dimension]; the former change."""
        centred = centre(vectors, self.mean)
        along = centred @ self.directions
        if self.scale_besides is None:
            return along * self.scales
        stretched = along * (self.scales - self.scale_besides)
        return centred * self.scale_besides + stretched @ self.directions.T


def ledoit_wolf(centred, variances):
    """How far to shrink a covariance: Ledoit and Wolf's estimate.

    Arguments
    ---------
    centred : np.ndarray
        [recordings, dim], of mean 0.
    variances : np.ndarray
        Eigenvalues of their covariance, those that are not 0.

    Returns
    -------
    shrinkage : float
        0: keep it as it is; 1: all directions vary alike.
    """
    recordings, dim = centred.shape
    # Distance of the covariance to its multiple of the identity ...
    squares = np.square(variances).sum()
    distance = squares - variances.sum() ** 2 / dim
    # ... and its error, from its scatter over the recordings
    fourth = np.square(np.square(centred).sum(axis=1)).mean()
    error = (fourth - squares) / recordings
    return float(min(1, error / distance)) if distance > 0 else 0.0


def _principal(centred):
    """Variances [k], falling, along the principal directions [dim, k]."""
    rounding = max(centred.shape) * np.finfo(centred.dtype).eps
    variances, axes = principal_axes(torch.from_numpy(centred), rounding)
    return variances.numpy(), axes.numpy()
