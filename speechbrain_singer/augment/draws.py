"""What every transform draws from."""

import math

import torch


def uniform(wavs, generator, low=0.0, high=1.0, columns=1):
    """Uniform draws for each example, on the batch's device.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    generator : torch.Generator
        On the device of `wavs`.
    low, high : float
    columns : int
        How many draws an example gets.

    Returns
    -------
    draws : torch.Tensor
        [batch, columns]

    Example
    -------
    >>> generator = torch.Generator().manual_seed(1)
    >>> uniform(torch.zeros(3, 8), generator, 2.0, 3.0).shape
    torch.Size([3, 1])
    """
    draws = torch.rand(
        len(wavs),
        columns,
        generator=generator,
        device=wavs.device,
        dtype=wavs.dtype,
    )
    return low + (high - low) * draws


def log_uniform(wavs, generator, low, high, columns=1):
    """As `uniform`, of the logarithm: each octave is as likely as any other.

    Example
    -------
    >>> generator = torch.Generator().manual_seed(1)
    >>> draws = log_uniform(torch.zeros(999, 8), generator, 100.0, 10000.0)
    >>> 850 < draws.median().item() < 1150
    True
    """
    logarithms = (math.log(low), math.log(high))
    return uniform(wavs, generator, *logarithms, columns).exp()


def integers(wavs, generator, stop):
    """One integer per example, 0 to `stop` - 1, [batch, 1].

    Example
    -------
    >>> generator = torch.Generator().manual_seed(1)
    >>> integers(torch.zeros(99, 8), generator, 3).unique().tolist()
    [0, 1, 2]
    """
    return torch.randint(
        stop, (len(wavs), 1), generator=generator, device=wavs.device
    )


def white_spectrum(wavs, generator, samples):
    """The spectrum of white Gaussian noise, each example's own.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    generator : torch.Generator
        On the device of `wavs`.
    samples : int
        How many samples of noise its inverse transform gives.

    Returns
    -------
    spectrum : torch.Tensor
        [batch, samples // 2 + 1], complex, as `torch.fft.rfft` orders it.

    Example
    -------
    >>> generator = torch.Generator().manual_seed(1)
    >>> white_spectrum(torch.zeros(3, 8), generator, 100).shape
    torch.Size([3, 51])
    """
    return torch.randn(
        len(wavs),
        samples // 2 + 1,
        generator=generator,
        device=wavs.device,
        dtype=wavs.dtype.to_complex(),
    )
