"""The spectrum of frames without complex numbers: for exported programs."""

import math

import torch
import torch.nn.functional as F


def split_frames(wavs, size, hop):
    """Frames that may overlap, as `wavs.unfold(1, size, hop)`.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time], time at least `size`.
    size, hop : int
        In samples.

    Returns
    -------
    frames : torch.Tensor
        [batch, frames, size]

    Example
    -------
    >>> split_frames(torch.arange(7)[None], 4, 2).tolist()
    [[[0, 1, 2, 3], [2, 3, 4, 5]]]
    """
    count = 1 + (wavs.shape[1] - size) // hop
    starts = torch.arange(count).unsqueeze(1) * hop
    return wavs[:, starts + torch.arange(size)]


def power_of_frames(frames, n_fft):
    """Power of the Fourier transform of frames, by two matrix products.

    Cooley and Tukey's algorithm in one step: a sample is `columns * row +
    column`, a bin is `row + rows * column`. The first product transforms the
    columns, the second one the rows. Both are real, and small, so that any
    runtime computes them, and fast: 2048 samples take a tenth of what the
    whole matrix does.

    Arguments
    ---------
    frames : torch.Tensor
        [batch, frames, size], size at most `n_fft`.
    n_fft : int
        Length to which frames are filled up with zeros.

    Returns
    -------
    power : torch.Tensor
        [batch, frames, n_fft // 2 + 1]

    Example
    -------
    >>> frames = torch.randn(1, 3, 20, dtype=torch.float64)
    >>> expected = torch.fft.rfft(frames, n=24).abs().square()
    >>> torch.allclose(power_of_frames(frames, 24), expected, rtol=1e-5)
    True
    """
    rows = _divisor(n_fft)
    columns = n_fft // rows
    padded = F.pad(frames, (0, n_fft - frames.shape[2]))
    images = padded.unflatten(2, (rows, columns)).transpose(2, 3)
    real, imaginary = F.linear(images, _waves(rows, rows, rows)).chunk(2, dim=3)
    # Turns each by its row and column
    cosine, sine = _waves(rows, columns, n_fft).chunk(2)
    turned = (
        real * cosine - imaginary * sine,
        real * sine + imaginary * cosine,
    )
    images = torch.cat(turned, dim=2).transpose(2, 3)
    # Of real frames the other half is the mirrored one
    cosine, sine = _waves(columns, columns // 2 + 1, columns).chunk(2)
    product = torch.cat(
        [
            torch.cat([cosine, -sine], dim=1),
            torch.cat([sine, cosine], dim=1),
        ]
    )
    real, imaginary = F.linear(images, product).chunk(2, dim=3)
    power = (real.square() + imaginary.square()).transpose(2, 3)
    # In one piece: matrix products of others ask for the batch otherwise
    return power.flatten(2)[..., : n_fft // 2 + 1].contiguous()


def _divisor(number):
    """The largest that is not above its square root."""
    candidates = range(math.isqrt(number), 0, -1)
    return next(own for own in candidates if number % own == 0)


def _waves(samples, bins, period):
    """exp(-2 pi i sample bin / period): [2 * bins, samples], real first."""
    cycles = torch.outer(torch.arange(bins), torch.arange(samples)) % period
    phases = cycles.double() * (-2 * math.pi / period)
    return torch.cat([phases.cos(), phases.sin()]).float()
