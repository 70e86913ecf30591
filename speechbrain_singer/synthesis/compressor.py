"""A compressor: what studios do to the dynamics of a voice."""

import torch.nn.functional as F

from speechbrain_singer.synthesis.recording import rms

_WINDOW = 1323  # samples, 30 ms, over which the level is measured
_STEP = 64  # samples from one level to the next


def compress(voice, threshold, ratio):
    """Makes what is loud less loud.

    Arguments
    ---------
    voice : torch.Tensor
        [time] at 44.1 kHz.
    threshold : float
        dB relative to the RMS of all of it.
    ratio : float
        Above the threshold so many dB become one.

    Returns
    -------
    voice : torch.Tensor
        [time]

    Example
    -------
    >>> import torch
    >>> quiet, loud = 0.1 * torch.ones(9000), torch.ones(9000)
    >>> voice = compress(torch.cat([quiet, loud]), threshold=-6.0, ratio=1e9)
    >>> [round(float(voice[k]), 2) for k in (4000, 15000)]
    [0.1, 0.36]
    """
    power = F.avg_pool1d(
        voice[None, None].square(), _WINDOW, _STEP, _WINDOW // 2
    )
    level = 10 * power.clamp(min=1e-10).log10()
    over = level - 20 * rms(voice).clamp(min=1e-5).log10() - threshold
    gain = (1 / ratio - 1) * over.clamp(min=0)
    gain = F.interpolate(gain, len(voice), mode="linear")[0, 0]
    return voice * 10 ** (gain / 20)
