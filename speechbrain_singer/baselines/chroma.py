"""Chroma: the energy of the twelve pitch classes, whatever the octave."""

import torch
import torch.nn.functional as F

A0 = 27.5  # in Hz


def chroma_filterbank(sample_rate, n_fft):
    """From the bins of a power spectrum to the twelve pitch classes.

    A bin belongs to the classes near its frequency, by a Gaussian that is as
    wide as the bin, at least a semitone. Bins are weighted by another one
    over the octaves, around the fifth above A0. This is Dan Ellis's, as
    `librosa.filters.chroma` has it, for an A of 440 Hz.

    The filterbank is [12, 1 + n_fft // 2], from C to B; the rate is in Hz.

    Example
    -------
    >>> filterbank = chroma_filterbank(22050, 2048)
    >>> filterbank[:, round(440 * 2048 / 22050)].argmax().item()  # an A
    9
    """
    bins = torch.arange(1, n_fft // 2 + 2, dtype=torch.float64)
    semitones = 12 * (bins * sample_rate / n_fft / A0).log2()
    # 0 Hz has no place among them: one and a half octaves below the first
    semitones = torch.cat([semitones[:1] - 18, semitones])
    widths = semitones.diff().clamp(min=1.0)
    semitones = semitones[:-1]
    classes = torch.arange(12).unsqueeze(1)
    distances = (semitones - classes + 6).remainder(12) - 6
    weights = F.normalize((-2 * (distances / widths).square()).exp(), dim=0)
    weights = weights * (-0.5 * ((semitones / 12 - 5) / 2).square()).exp()
    return weights.roll(-3, dims=0).float()  # from A first to C first
