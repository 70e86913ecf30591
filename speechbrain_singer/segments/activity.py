"""When anybody sings: stretches of audio between rests, by their level."""

import math

import numpy as np

from speechbrain_singer.dataio.audio import SILENCE, AudioError
from speechbrain_singer.dataio.stretches import stretches

FRAME = 0.05  # s
# Singing reaches from pianissimo to fortissimo over 40 dB
_RANGE_DB = 40.0
_FLOOR_DB = 20 * math.log10(SILENCE)
_REST = 0.3  # s; what is shorter is a breath or a consonant of one singer
_LEAST = 0.1  # s; what is shorter is a click


def frame_levels(blocks, sample_rate):
    """Levels of frames of 50 ms, without their offsets.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        The audio, [time] each, in order.
    sample_rate : int
        In Hz.

    Returns
    -------
    levels : np.ndarray
        [frames], root mean square in dB of full scale, -200 of silence. What
        does not fill a frame at the end is left out.

    Example
    -------
    >>> import torch
    >>> tone = torch.sin(torch.arange(800) * torch.pi / 4)
    >>> frame_levels(tone.split(300), 8000).round(2).tolist()
    [-3.01, -3.01]
    """
    powers = _powers(blocks, round(FRAME * sample_rate))
    return 10 * np.log10(np.concatenate([[], *powers]) + 1e-20)


def active_stretches(levels, name):
    """Finds when somebody sings.

    A frame sounds if its level is within 40 dB of the loudest frame's, and
    above -80 dB. Rests below 0.3 s do not count, nor does what sounds for
    less than 0.1 s.

    Arguments
    ---------
    levels : np.ndarray
        [frames], as `frame_levels` returns them.
    name : str
        Of the recording, for messages.

    Returns
    -------
    stretches : np.ndarray
        [stretches, 2], start and stop in seconds.

    Raises
    ------
    AudioError
        If there is nothing but silence and clicks.

    Example
    -------
    >>> levels = np.repeat([-20.0, -200.0, -40.0], 20)
    >>> active_stretches(levels, "noise").tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """
    sounds = levels > max(levels.max(initial=_FLOOR_DB) - _RANGE_DB, _FLOOR_DB)
    if not sounds.any():
        raise AudioError(
            f"{name}: silent throughout, or shorter than {FRAME} s"
        )
    found = stretches(sounds, round(_REST / FRAME), round(_LEAST / FRAME))
    if not len(found):
        raise AudioError(f"{name}: nothing in it sounds for {_LEAST} s")
    return found * FRAME


def _powers(blocks, size):
    """Power of frames without their offsets, block by block."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        samples = np.concatenate([rest, block.numpy()])
        whole = len(samples) // size * size
        yield samples[:whole].reshape(-1, size).var(axis=1, dtype=float)
        rest = samples[whole:]
