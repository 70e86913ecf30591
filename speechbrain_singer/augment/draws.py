"""What every transform draws from."""

import torch


def uniform(wavs, generator, low=0.0, high=1.0):
    """One uniform draw per example, on the batch's device.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    generator : torch.Generator
        On the device of `wavs`.
    low, high : float

    Returns
    -------
    draws : torch.Tensor
        [batch, 1]

    Example
    -------
    >>> generator = torch.Generator().manual_seed(1)
    >>> uniform(torch.zeros(3, 8), generator, 2.0, 3.0).shape
    torch.Size([3, 1])
    """
    draws = torch.rand(
        len(wavs), 1, generator=generator, device=wavs.device, dtype=wavs.dtype
    )
    return low + (high - low) * draws
