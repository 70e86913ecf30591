"""A power spectrogram without complex numbers: for exported programs."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def real_power_spectrogram(wavs, window, hop_length, n_fft):
    """Power of the Fourier transform of frames, by two matrix products.

    Cooley and Tukey's algorithm in one step. With n_fft = rows * columns a
    sample is `columns * row + column` and a bin is `k + rows * m`. A
    convolution transforms each column, together with the window; a matrix
    product for each k does the rest. Both are real and small: for 2048
    samples a fifteenth of what the whole Fourier matrix takes.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time], float32, time at least the window's.
    window : torch.Tensor
        [size], at most `n_fft`. Frames are filled up with zeros.
    hop_length, n_fft : int
        In samples. The first frame begins where the audio does.

    Returns
    -------
    power : torch.Tensor
        [batch, 1 + (time - size) // hop_length, n_fft // 2 + 1]

    Example
    -------
    >>> wavs, window = torch.randn(2, 50), torch.hann_window(20)
    >>> frames = wavs.unfold(1, 20, 6) * window
    >>> expected = torch.fft.rfft(frames, n=24).abs().square()
    >>> power = real_power_spectrogram(wavs, window, 6, 24)
    >>> torch.allclose(power, expected, atol=1e-4)
    True
    """
    columns = _columns(hop_length, n_fft)
    rows = n_fft // columns
    half = rows // 2 + 1  # the other k are mirror images, of real audio
    padding = n_fft - len(window)
    weights = F.pad(window, (0, padding)).reshape(rows, columns).T.unsqueeze(1)
    kernel = (weights * _constant(_waves(rows, half))).reshape(-1, 1, rows)
    whole = F.pad(wavs, (0, padding))
    phases = whole.unfold(1, columns, columns)
    stride = hop_length // columns
    parts = F.conv1d(
        phases.transpose(1, 2), kernel, None, stride, groups=columns
    )
    batch, _, frames = parts.shape
    parts = parts.view(batch, columns, 2, half, frames)
    parts = _in_one_piece(parts.permute(3, 2, 1, 0, 4))
    parts = parts.view(half, 2 * columns, batch * frames)
    product = torch.bmm(_constant(_products(rows, columns)), parts)
    power = product[:, :columns].square() + product[:, columns:].square()
    bins = power.view(half * columns, batch, frames)
    order = torch.tensor(_places(rows, columns))
    return _in_one_piece(bins.index_select(0, order).permute(1, 2, 0))


def _columns(hop_length, n_fft):
    """As many as fit into both, but not above the square root."""
    common = math.gcd(hop_length, n_fft)
    candidates = range(math.isqrt(n_fft), 0, -1)
    return next(number for number in candidates if common % number == 0)


def _waves(rows, half):
    """exp(-2 pi i k row / rows): [2 * half, rows], real parts first."""
    phases = -2 * np.pi * (np.outer(np.arange(half), np.arange(rows)) / rows)
    return np.concatenate([np.cos(phases), np.sin(phases)])


def _products(rows, columns):
    """exp(-2 pi i column (k + rows m) / n_fft), of complex numbers.

    [half, 2 * columns, 2 * columns]: for each k from (part, column) to
    (part, m), where part is real or imaginary.
    """
    n_fft = rows * columns
    bins = np.add.outer(np.arange(rows // 2 + 1), rows * np.arange(columns))
    cycles = bins[:, :, None] * np.arange(columns) % n_fft
    phases = -2 * np.pi * cycles / n_fft
    real, imaginary = np.cos(phases), np.sin(phases)
    return np.concatenate(
        [
            np.concatenate([real, -imaginary], axis=2),
            np.concatenate([imaginary, real], axis=2),
        ],
        axis=1,
    )


def _places(rows, columns):
    """Where each bin, up to the middle one, is among (k, m)."""
    n_fft = rows * columns
    bins = np.arange(n_fft // 2 + 1)
    bins = np.where(bins % rows > rows // 2, n_fft - bins, bins)
    return bins % rows * columns + bins // rows


def _constant(values):
    return torch.tensor(values, dtype=torch.float32)


def _in_one_piece(tensor):
    # `contiguous` would ask for the sizes, and tie exported programs to them
    return tensor.clone(memory_format=torch.contiguous_format)
