"""Filters as products of spectra, without wrapping round the clip's ends."""

import math

import scipy.fft
import torch

SILENT = 1e-5  # -100 dB, below which a filter's ringing counts as over


def fast_length(samples):
    """The next length whose Fourier transform is fast.

    Example
    -------
    >>> fast_length(176401)
    177147
    """
    return scipy.fft.next_fast_len(samples, real=True)


def frequencies(samples, sample_rate, wavs):
    """Frequencies of `torch.fft.rfft` in Hz, on the device of `wavs`.

    Example
    -------
    >>> frequencies(4, 44100, torch.zeros(1))
    tensor([    0., 11025., 22050.])
    """
    return torch.fft.rfftfreq(
        samples, 1 / sample_rate, device=wavs.device, dtype=wavs.dtype
    )


def ringing(damping, low_hz, high_hz, sample_rate):
    """Samples until a digital filter has fallen by 100 dB, at most.

    The bilinear transform makes of a pair of poles of the analogue prototype
    one that falls by exp(-damping * sin(w)) a sample, where w is 2 pi times
    frequency by sample rate.

    Arguments
    ---------
    damping : float
        How far the prototype's least damped poles, of frequency 1, lie from
        the imaginary axis.
    low_hz, high_hz : float
        Range of the filter's frequency.
    sample_rate : int
        Hz.

    Example
    -------
    >>> ringing(0.5, 1000.0, 10000.0, 44100)
    163
    """
    sines = [math.sin(2 * math.pi * f / sample_rate) for f in (low_hz, high_hz)]
    return math.ceil(-math.log(SILENT) / (damping * min(sines)))


def filtered(wavs, response, samples):
    """Filters clips, [batch, time], by their spectra.

    Arguments
    ---------
    wavs : torch.Tensor
    response : torch.Tensor
        [batch, samples // 2 + 1], real or complex.
    samples : int
        Length of the transform; what it exceeds `time` by is room to ring.
    """
    spectrum = torch.fft.rfft(wavs, samples) * response
    return torch.fft.irfft(spectrum, samples)[:, : wavs.shape[1]]


def convolve(wavs, responses):
    """Convolves each clip, [batch, time], with its own impulse response.

    The responses are [batch, response time]. Clips keep their length.

    Example
    -------
    >>> delay = torch.tensor([[0.0, 1.0]])
    >>> convolve(torch.tensor([[1.0, 2.0, 3.0]]), delay).round().abs()
    tensor([[0., 1., 2.]])
    """
    samples = fast_length(wavs.shape[1] + responses.shape[1] - 1)
    return filtered(wavs, torch.fft.rfft(responses, samples), samples)
