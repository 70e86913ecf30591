"""Which windows of a recording are rests."""

import math

from speechbrain_singer.dataio.audio import SILENCE

# A window this far below the recording's loudest one is a rest: pianissimo to
# fortissimo is some 40 dB, but a window with as little as a tenth of singing
# in it lies only 10 dB below one that is full
_RANGE_DB = 50.0

_FLOOR_DB = 20 * math.log10(SILENCE)


def is_silent(level, loudest):
    """Whether a window is a rest: 50 dB below the loudest one, or at -80 dB.

    Arguments
    ---------
    level : float or np.ndarray
        Of a window, or of several, in dB: of `dsp.loudness`, or the mean power
        of a spectrogram, which for noise of full scale is 7 dB.
    loudest : float
        The level of the recording's loudest window.

    Returns
    -------
    is_silent : bool or np.ndarray

    Example
    -------
    >>> is_silent(-60, loudest=-20), is_silent(-75, loudest=-20)
    (False, True)
    """
    return level <= max(_FLOOR_DB, loudest - _RANGE_DB)
