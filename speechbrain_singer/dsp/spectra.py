"""Filters as products of spectra, without wrapping round the clip's ends."""

import math

import scipy.fft
import torch

SILENT = 1e-5  # -100 dB: where a filter's ringing counts as over


def fast_length(samples):
    """The next length of which the Fourier transform is fast.

    Example
    -------
    >>> fast_length(176401)
    177147
    """
    return scipy.fft.next_fast_len(samples, real=True)


def frequencies(samples, sample_rate, wavs):
    """Those of `torch.fft.rfft` in Hz, on the device of `wavs`.

    Example
    -------
    >>> frequencies(4, 44100, torch.zeros(1))
    tensor([    0., 11025., 22050.])
    """
    return torch.fft.rfftfreq(
        samples, 1 / sample_rate, device=wavs.device, dtype=wavs.dtype
    )


def ringing(damping, low_hz, high_hz, sample_rate):
    """How long a digital filter rings, at most.

    A pair of poles of the analogue prototype becomes, under the bilinear
    transform, one that falls by a factor of exp(-damping * sin(w)) a sample,
    where w is 2 pi times frequency by sample rate.

    Arguments
    ---------
    damping : float
        Of the prototype's least damped poles, which have frequency 1: how far
        they lie from the imaginary axis.
    low_hz, high_hz : float
        Between these lies the filter's frequency.
    sample_rate : int
        In Hz.

    Returns
    -------
    samples : int
        Until it has fallen by 100 dB.

    Example
    -------
    >>> ringing(0.5, 1000.0, 10000.0, 44100)
    163
    """
    sines = [math.sin(2 * math.pi * f / sample_rate) for f in (low_hz, high_hz)]
    return math.ceil(-math.log(SILENT) / (damping * min(sines)))


def filtered(wavs, response, samples):
    """Filters clips by their spectra.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    response : torch.Tensor
        [batch, samples // 2 + 1], real or complex.
    samples : int
        Length of the transform; what it exceeds `time` by is room to ring.

    Returns
    -------
    wavs : torch.Tensor
        [batch, time]
    """
    spectrum = torch.fft.rfft(wavs, samples) * response
    return torch.fft.irfft(spectrum, samples)[:, : wavs.shape[1]]


def convolve(wavs, responses):
    """Convolves each clip with its own impulse response, cut to its length.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    responses : torch.Tensor
        [batch, response time]

    Returns
    -------
    wavs : torch.Tensor
        [batch, time]

    Example
    -------
    >>> delay = torch.tensor([[0.0, 1.0]])
    >>> convolve(torch.tensor([[1.0, 2.0, 3.0]]), delay).round().abs()
    tensor([[0., 1., 2.]])
    """
    samples = fast_length(wavs.shape[1] + responses.shape[1] - 1)
    return filtered(wavs, torch.fft.rfft(responses, samples), samples)
