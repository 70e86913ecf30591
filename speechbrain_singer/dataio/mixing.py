"""From channels to mono."""

import numpy as np
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# Channels cancel where their mean has less than this share of the power that
# it would have if they had nothing in common: where two channels have a
# correlation below -0.5
CANCELLED = 0.5
_SILENT = 1e-8  # power of what is too quiet to decide by


class Mixer:
    """Mixes the channels of one file, all of it alike.

    Takes their mean, or the loudest one where they cancel, by what sounds
    first of what is read.

    Arguments
    ---------
    name : str
        Of the file; a warning says where its channels cancel.

    Example
    -------
    >>> Mixer("a.wav").mix(np.array([[0.5, 0.25], [-1.0, 0.0]]), 1.0)
    array([ 0.375, -0.5  ], dtype=float32)
    """

    def __init__(self, name):
        self.name = name
        self.decided = False
        self.channel = None

    def mix(self, samples, scale):
        """Scaled samples, [time, channels], as mono: float32, [time]."""
        channels = samples.shape[1]
        weights = np.full(channels, scale / channels, dtype=np.float32)
        if channels == 1:
            return samples[:, 0] * weights[0]
        # A product is 30 times faster than a mean over so short an axis
        samples = samples.astype(np.float32, copy=False)
        if not self.decided:
            self._decide(samples, samples @ weights, scale)
        if self.channel is not None:
            return samples[:, self.channel] * np.float32(scale)
        return samples @ weights

    def _decide(self, samples, mono, scale):
        powers = np.einsum("ij,ij->j", samples, samples) * scale**2
        if powers.sum() <= _SILENT * len(samples):
            return
        self.decided = True
        apart = powers.sum() / len(powers) ** 2
        if np.vdot(mono, mono) < CANCELLED * apart:
            self.channel = int(powers.argmax())
            warn_of_cancelling(self.name)


def warn_of_cancelling(name):
    """Says that the channels of a recording cancel."""
    logger.warning(
        "%s: its channels cancel, as if the wires of one were swapped; the "
        "loudest one is read",
        name,
    )
