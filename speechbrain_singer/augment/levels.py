"""Levels of clips, and sums at a signal-to-noise ratio."""

import torch

TINY = 1e-8  # -160 dB of full scale


def level(wavs):
    """Root mean square of each clip, [batch, time] to [batch, 1].

    Example
    -------
    >>> level(torch.full((1, 4), 0.5))
    tensor([[0.5000]])
    """
    # Its gradient is 0 at silence, where that of a square root is not finite
    norm = torch.linalg.vector_norm(wavs, dim=1, keepdim=True)
    return norm / wavs.shape[1] ** 0.5


def add_at_snr(wavs, noise, snr_db):
    """Adds noise at a ratio of the two whole clips' power.

    Arguments
    ---------
    wavs, noise : torch.Tensor
        [batch, time]. The noise may have any level; silent clips stay silent.
    snr_db : torch.Tensor
        [batch, 1], in dB.

    Returns
    -------
    noisy : torch.Tensor
        [batch, time]

    Example
    -------
    >>> noise = torch.tensor([[2.0, -2.0]])
    >>> add_at_snr(torch.ones(1, 2), noise, torch.tensor([[20.0]]))
    tensor([[1.1000, 0.9000]])
    """
    return wavs + at_level_of(wavs, noise) * 10 ** (-snr_db / 20)


def at_level_of(wavs, changed):
    """Scales clips to the levels of others, both [batch, time].

    Example
    -------
    >>> at_level_of(torch.ones(1, 2), torch.tensor([[0.5, -0.5]]))
    tensor([[ 1., -1.]])
    """
    return changed * (level(wavs) / level(changed).clamp(min=TINY))
