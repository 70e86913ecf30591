"""From channels to mono."""

from functools import lru_cache

import numpy as np
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# Channels cancel where their mean has less than this share of the power that
# it would have if they had nothing in common: two that are as loud, where their
# correlation is below -0.5
_CANCELLED = 0.5


def channel_weights(samples, name):
    """What each channel counts in the mix: all alike, as for the mean.

    Where the channels cancel, as those of a cable with two wires swapped do,
    the loudest one counts alone.

    Arguments
    ---------
    samples : np.ndarray
        [time, channels].
    name : str
        Of the file; a warning says once where its channels cancel.

    Returns
    -------
    weights : np.ndarray
        float32, [channels].

    Example
    -------
    >>> channel_weights(np.array([[0.5, 0.25], [-1.0, 0.0]]), "a.wav")
    array([0.5, 0.5], dtype=float32)
    """
    channels = samples.shape[1]
    weights = np.full(channels, 1 / channels, dtype=np.float32)
    if channels == 1:
        return weights
    samples = samples.astype(np.float32, copy=False)
    mono = samples @ weights
    apart = np.vdot(samples, samples) * weights[0] ** 2
    if np.vdot(mono, mono) < _CANCELLED * apart:
        _warn_of_cancelling(name)
        weights[:] = 0
        weights[np.einsum("ij,ij->j", samples, samples).argmax()] = 1
    return weights


def mix_down(samples, weights):
    """The weighted sum of the channels.

    Arguments
    ---------
    samples : np.ndarray
        [time, channels].
    weights : np.ndarray
        float32, [channels].

    Returns
    -------
    mono : np.ndarray
        float32, [time].

    Example
    -------
    >>> mix_down(np.array([[0.5, 0.25], [-1.0, 0.0]]), np.float32([0.5, 0.5]))
    array([ 0.375, -0.5  ], dtype=float32)
    """
    if len(weights) == 1:
        return samples[:, 0] * weights[0]
    # A product is 30 times faster than a mean over so short an axis
    return samples.astype(np.float32, copy=False) @ weights


@lru_cache(maxsize=2**16)  # once a file
def _warn_of_cancelling(name):
    logger.warning(
        "%s: its channels cancel, as if the wires of one were swapped; the "
        "loudest one is read",
        name,
    )
