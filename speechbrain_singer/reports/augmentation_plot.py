"""Spectrograms of a voice before and after an augmentation."""

import io

import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.figure import Figure
from PIL import Image

N_FFT, HOP = 4096, 512  # samples, of the STFT
LOWEST_HZ, HIGHEST_HZ = 80.0, 20000.0
ROWS_PER_OCTAVE = 18
DYNAMIC_RANGE = 70.0  # dB, from the loudest place of the first clip
_COLOURS = colormaps["magma"].resampled(35)  # 2 dB each; few make small files
_TICKS = (100, 200, 500, 1000, 2000, 5000, 10000, 20000)  # Hz


def log_spectrogram(wavs, sample_rate=44100):
    """Spectrogram over the logarithm of frequency, in dB.

    Each row is the mean power around its frequency, weighted by a triangle to
    the next rows or, where these are closer, to the next bins of the STFT.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    sample_rate : int
        Hz

    Returns
    -------
    spectrogram : torch.Tensor
        [batch, rows, frames], a frame every `HOP` samples; a sine of amplitude
        1 has about 0 dB where rows are as wide as bins, silence -200 dB.
    hertz : torch.Tensor
        [rows], from 80 Hz to 20 kHz or half the sample rate.

    Example
    -------
    >>> tone = (2 * torch.pi * 1000 * torch.arange(44100) / 44100).sin()
    >>> spectrogram, hertz = log_spectrogram(tone[None])
    >>> spectrogram.shape
    torch.Size([1, 144, 79])
    >>> row = spectrogram[0, :, 40].argmax()
    >>> 970 < hertz[row] < 1030
    tensor(True)
    """
    window = torch.hann_window(N_FFT, device=wavs.device, dtype=wavs.dtype)
    # Not centred: padding would look like a click where a voice is cut off
    stft = torch.stft(
        wavs, N_FFT, HOP, window=window, center=False, return_complex=True
    )
    power = (2 * stft.abs() / window.sum()) ** 2
    weights, hertz = _rows(sample_rate, power)
    return 10 * (weights @ power).clamp(min=1e-20).log10(), hertz


def _rows(sample_rate, like):
    """Weights of the bins, [rows, bins], and the rows' frequencies in Hz."""
    highest = min(HIGHEST_HZ, sample_rate / 2)
    octaves = np.log2(highest / LOWEST_HZ)
    count = round(ROWS_PER_OCTAVE * octaves) + 1
    hertz = LOWEST_HZ * 2 ** torch.linspace(0, octaves, count).to(like)
    spacing = sample_rate / N_FFT
    bins = spacing * torch.arange(N_FFT // 2 + 1).to(like)
    reach = (hertz * (2 ** (1 / ROWS_PER_OCTAVE) - 1)).clamp(min=spacing)
    distance = (bins - hertz[:, None]).abs() / reach[:, None]
    weights = (1 - distance).clamp(min=0)
    return weights / weights.sum(dim=1, keepdim=True), hertz


def plot_spectrograms(wavs, titles, path, sample_rate=44100):
    """Draws clips side by side, with the same axes and colours.

    Arguments
    ---------
    wavs : torch.Tensor
        [clips, time]; the first one sets the scale of the colours.
    titles : list of str
        One for each.
    path : str or Path
        Of the picture, a PNG.
    sample_rate : int
        Hz

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "noise.png"
    >>> noise = torch.randn(1, 44100)
    >>> wavs = torch.cat([noise, 0.1 * noise])
    >>> figure = plot_spectrograms(wavs, ["before", "after"], path)
    >>> [axis.get_title() for axis in figure.axes[:2]]
    ['before', 'after']
    """
    spectrograms, hertz = log_spectrogram(wavs.detach().cpu(), sample_rate)
    seconds = (N_FFT / 2 + HOP * np.arange(spectrograms.shape[2])) / sample_rate
    top = 10 * np.ceil(spectrograms[0].max().item() / 10)
    figure = Figure((7.6, 2.5), layout="constrained")
    axes = figure.subplots(1, len(wavs), sharex=True, sharey=True)
    for axis, spectrogram, title in zip(
        np.atleast_1d(axes), spectrograms, titles, strict=True
    ):
        image = axis.pcolormesh(
            seconds,
            hertz,
            spectrogram,
            vmin=top - DYNAMIC_RANGE,
            vmax=top,
            cmap=_COLOURS,
            shading="nearest",
        )
        axis.set_title(title, fontsize=8)
        axis.set_xlabel("s", fontsize=8)
        axis.tick_params(labelsize=7)
        axis.label_outer()
    _label_frequencies(axis, figure.axes[0], hertz)
    bar = figure.colorbar(image, ax=axes, pad=0.01)
    bar.set_label("dB", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    _save_small(figure, path)
    return figure


def _label_frequencies(axis, first, hertz):
    axis.set_yscale("log")
    axis.set_ylim(hertz[0], hertz[-1])
    ticks = [tick for tick in _TICKS if tick <= hertz[-1] * 1.001]
    axis.set_yticks(ticks, [f"{tick / 1000:g}" for tick in ticks])
    axis.minorticks_off()
    first.set_ylabel("kHz", fontsize=8)


def _save_small(figure, path):
    """With a palette, a third of the size."""
    file = io.BytesIO()
    figure.savefig(file, dpi=100)
    image = Image.open(file).convert("RGB")
    image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(path, "PNG", optimize=True)
