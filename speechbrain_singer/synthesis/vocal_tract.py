"""The vocal tract: a cascade of resonators that change from frame to frame."""

import math
from functools import lru_cache

import torch

from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE

# A window of two hops, and 70 ms in which resonances die away: what is left of
# one that is 50 Hz wide is 95 dB down where it wraps round
FFT_SIZE = 4096
_BLOCK = 128  # frames that are filtered at once, and fit the cache


def resonators(frequencies, bandwidths):
    """Denominators of two-pole resonators (Klatt, 1980, eq. 2).

    A(z) = 1 - 2 r cos(2 pi F / fs) z^-1 + r^2 z^-2 with r = exp(-pi B / fs)

    Arguments
    ---------
    frequencies : torch.Tensor
        Hz, any shape.
    bandwidths : torch.Tensor
        Hz, broadcastable to it.

    Returns
    -------
    coefficients : torch.Tensor
        [..., 3]

    Example
    -------
    >>> resonators(torch.tensor(11025.0), torch.tensor(0.0)).round().abs()
    tensor([1., 0., 1.])
    """
    radius = torch.exp(-math.pi * bandwidths / SAMPLE_RATE)
    cosine = torch.cos(2 * math.pi * frequencies / SAMPLE_RATE)
    linear = -2 * radius * cosine
    square = (radius * radius).expand_as(linear)
    return torch.stack([torch.ones_like(linear), linear, square], dim=-1)


def cascade(sections):
    """Multiplies polynomials.

    Arguments
    ---------
    sections : torch.Tensor
        [..., section, 3]

    Returns
    -------
    coefficients : torch.Tensor
        [..., 2 * sections + 1], of their product.

    Example
    -------
    >>> cascade(torch.tensor([[1.0, 2.0, 0.0], [1.0, -2.0, 0.0]])).tolist()
    [1.0, 0.0, -4.0, 0.0, 0.0]
    """
    product = sections[..., 0, :]
    for k in range(1, sections.shape[-2]):
        section = sections[..., k, :, None]
        taps = [
            torch.nn.functional.pad(section[..., d, :] * product, (d, 2 - d))
            for d in range(3)
        ]
        product = taps[0] + taps[1] + taps[2]
    return product


def all_pole_response(sections):
    """Frequency response of a cascade, each section with gain 1 at 0 Hz.

    Arguments
    ---------
    sections : torch.Tensor
        float64, [frames, section, 3]: with poles so close to each other,
        float32 would lose all its digits.

    Returns
    -------
    response : torch.Tensor
        complex64, [frames, FFT_SIZE // 2 + 1]

    Example
    -------
    >>> pole = resonators(torch.tensor([[500.0]]).double(), torch.tensor(50.0))
    >>> peak = all_pole_response(pole).abs().argmax()
    >>> abs(float(peak) * SAMPLE_RATE / FFT_SIZE - 500) < 6
    True
    """
    # Poles of a dark vowel lie so close to each other that the polynomial of
    # all sections is small beside its coefficients: of a half of them it isn't
    denominator = _denominator(sections[..., ::2, :])
    if sections.shape[-2] > 1:
        denominator = denominator * _denominator(sections[..., 1::2, :])
    return denominator.reciprocal()


def _denominator(sections):
    """complex64, [frames, FFT_SIZE // 2 + 1], 1 at 0 Hz."""
    gain = sections.sum(-1).prod(-1, keepdim=True)
    coefficients = cascade(sections) / gain
    # For so few coefficients a product is three times faster than an FFT
    basis = _fourier_basis(coefficients.shape[-1]).to(coefficients.device)
    return torch.view_as_complex(
        (coefficients @ basis).float().view(-1, FFT_SIZE // 2 + 1, 2)
    )


@lru_cache(maxsize=8)
def _fourier_basis(taps):
    """[taps, FFT_SIZE + 2], real and imaginary parts in turn."""
    impulses = torch.eye(taps, dtype=torch.float64)
    return torch.view_as_real(torch.fft.rfft(impulses, FFT_SIZE)).flatten(1)


def filter_frames(source, sections, fixed):
    """Filters signals by resonators that change every hop.

    Each Hann window of the source is filtered by the response of its frame,
    and the overlapping results are added.

    Arguments
    ---------
    source : torch.Tensor
        [batch, time]
    sections : torch.Tensor
        float64, [batch, frames, section, 3]. Frame k lies at sample k * HOP,
        and the last one not before the end.
    fixed : torch.Tensor
        complex64, [batch, FFT_SIZE // 2 + 1], response of what does not change.

    Returns
    -------
    filtered : torch.Tensor
        [batch, time]
    """
    batch, time = source.shape
    frames = sections.shape[1]
    hops = FFT_SIZE // HOP
    padded = torch.nn.functional.pad(source, (HOP, (frames + 1) * HOP - time))
    window = torch.hann_window(2 * HOP, device=source.device)
    framed = padded.unfold(1, 2 * HOP, HOP)[:, :frames]
    output = source.new_zeros(batch, frames + hops, HOP)
    # One signal at a time: the last digits of a product depend on its shape,
    # and no signal may depend on the batch
    for row in range(batch):
        for begin in range(0, frames, _BLOCK):
            block = slice(begin, begin + _BLOCK)
            response = all_pole_response(sections[row, block]) * fixed[row]
            spectrum = torch.fft.rfft(framed[row, block] * window, FFT_SIZE)
            filtered = torch.fft.irfft(spectrum * response, FFT_SIZE)
            filtered = filtered.view(-1, hops, HOP)
            for k in range(hops):
                place = slice(begin + k, begin + k + len(filtered))
                output[row, place] += filtered[:, k]
    return output.view(batch, -1)[:, HOP : HOP + time]
