"""When anybody sings: stretches of audio between rests, by their level."""

import numpy as np

from speechbrain_singer.dataio.audio import SILENCE, AudioError
from speechbrain_singer.dataio.stretches import stretches

FRAME = 0.05  # s
# Singing reaches from pianissimo to fortissimo over 40 dB
_RANGE_DB = 40.0
_REST = 0.3  # s; what is shorter is a breath or a consonant of one singer
_LEAST = 0.1  # s; what is shorter is a click


def active_stretches(blocks, sample_rate, name):
    """Finds when somebody sings.

    A frame of 50 ms sounds if its level, without offset, is within 40 dB of
    the loudest frame's and above -80 dB of full scale. Rests below 0.3 s do
    not count, nor does what sounds for less than 0.1 s.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        The audio, [time] each, in order.
    sample_rate : int
        In Hz.
    name : str
        Of the recording, for messages.

    Returns
    -------
    stretches : np.ndarray
        [stretches, 2], start and stop in seconds.

    Raises
    ------
    AudioError
        If it is silent throughout, or as short as a click.

    Example
    -------
    >>> import torch
    >>> noise = torch.randn(16000) * (torch.arange(16000) < 8000)
    >>> active_stretches(noise.split(1000), 8000, "noise").tolist()
    [[0.0, 1.0]]
    """
    power = np.concatenate([[], *_powers(blocks, round(FRAME * sample_rate))])
    loudest = power.max(initial=0.0)
    sounds = power > max(loudest * 10 ** (-_RANGE_DB / 10), SILENCE**2)
    if not sounds.any():
        raise AudioError(f"{name}: silent throughout: nobody sings")
    found = stretches(sounds, round(_REST / FRAME), round(_LEAST / FRAME))
    if not len(found):
        raise AudioError(f"{name}: too short: {FRAME:g} s of sound at most")
    return found * FRAME


def _powers(blocks, size):
    """Power of frames without their offsets, block by block."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        samples = np.concatenate([rest, block.numpy()])
        whole = len(samples) // size * size
        yield samples[:whole].reshape(-1, size).var(axis=1, dtype=float)
        rest = samples[whole:]
