"""The sources of sound: glottal pulses, breath and fricative noise."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from speechbrain_singer.dsp.tracks import to_samples
from speechbrain_singer.synthesis.performance import HOP, SAMPLE_RATE
from speechbrain_singer.synthesis.vocal_tract import resonators

_TAPS = 32  # length of a band-limited impulse in samples
PHASE_HOP = 64  # samples between the points of a phase
_BURST = 16384  # samples, enough for the longest noise
_FLOOR = -45.0  # dB, below which no spectrum of a fricative falls


def draw_pulses(singer, performance, rng):
    """Moments of glottal closure, one a period of F0.

    Arguments
    ---------
    singer : Singer
        Whose jitter and shimmer are used.
    performance : Performance
    rng : np.random.Generator

    Returns
    -------
    positions : np.ndarray
        [pulses], in samples with fractions.
    amplitudes : np.ndarray
        [pulses]
    """
    phase = phase_track(performance.f0)
    numbers = np.arange(1, int(phase[-1]))
    periods = SAMPLE_RATE / np.interp(numbers, phase, _refine(performance.f0))
    positions = np.interp(numbers, phase, np.arange(len(phase)) * PHASE_HOP)
    positions += singer.jitter * periods * rng.standard_normal(len(numbers))
    frames = np.arange(len(performance.f0)) * HOP
    amplitudes = np.interp(positions, frames, performance.voicing)
    amplitudes *= 1 + singer.shimmer * rng.standard_normal(len(numbers))
    # Fewer pulses a second carry less power: undo that
    amplitudes *= np.sqrt(periods * 100 / SAMPLE_RATE)
    time = int(performance.seconds * SAMPLE_RATE)
    sounding = (amplitudes > 1e-4) & (positions < time)
    return positions[sounding], amplitudes[sounding]


def phase_track(f0):
    """Periods since the start, at every `PHASE_HOP`-th sample: F0 integrated.

    Example
    -------
    >>> round(float(phase_track(np.full(2, 100.0))[-1]), 4)  # 512 samples
    1.161
    """
    fine = _refine(f0)
    steps = 0.5 * (fine[1:] + fine[:-1]) * PHASE_HOP / SAMPLE_RATE
    return np.concatenate([[0.0], np.cumsum(steps)])


def _refine(track):
    fine = np.arange(0, (len(track) - 1) * HOP + 1, PHASE_HOP)
    return np.interp(fine, np.arange(len(track)) * HOP, track)


def pulse_train(positions, amplitudes, rows, shape):
    """Places band-limited impulses between samples.

    Arguments
    ---------
    positions : torch.Tensor
        float64, [pulses], in samples.
    amplitudes : torch.Tensor
        [pulses]
    rows : torch.Tensor
        [pulses], the signal of the batch that each belongs to.
    shape : tuple
        (batch, time)

    Returns
    -------
    train : torch.Tensor
        float32, [batch, time]
    """
    batch, time = shape
    first = positions.floor().long() - _TAPS // 2 + 1
    samples = first[:, None] + torch.arange(_TAPS, device=positions.device)
    distance = (samples - positions[:, None]).float()
    window = torch.cos(distance * (math.pi / (_TAPS + 2))).square()
    kernels = amplitudes.float()[:, None] * torch.sinc(distance) * window
    # Room for kernels that reach beyond either end of a row
    width = time + 4 * _TAPS
    places = rows[:, None] * width + samples + 2 * _TAPS
    train = kernels.new_zeros(batch * width)
    train.index_add_(0, places.flatten(), kernels.flatten())
    return train.view(batch, width)[:, 2 * _TAPS : 2 * _TAPS + time]


def glottal_sections(f0, loudness, singer, head=0.0):
    """Poles of the glottal pulse: its formant and its tilt.

    The open phase of the LF model is a growing sine of integral 0 whose half
    period ends at the peak of the flow, at 2/3 of the open phase (Fant,
    Liljencrants and Lin, 1985): F = 0.75 f0 / Oq, B = 0.41 f0 / Oq. It grows,
    so its mirror image in time is used, which is causal and has the same
    magnitude. The return phase is one more pole.

    Arguments
    ---------
    f0 : torch.Tensor
        float64, [frames], Hz.
    loudness : torch.Tensor
        float64, [frames], dB; louder is brighter.
    singer : Singer
    head : torch.Tensor or float
        [frames], share of the head voice: the glottis is open for longer and
        closes less sharply.

    Returns
    -------
    sections : torch.Tensor
        [frames, 2, 3]

    Example
    -------
    >>> from types import SimpleNamespace as Some
    >>> singer = Some(open_quotient=0.6, tilt_cutoff=2500.0)
    >>> f0, loudness = torch.tensor([200.0]), torch.tensor([0.0])
    >>> glottal_sections(f0.double(), loudness.double(), singer).shape
    torch.Size([1, 2, 3])
    """
    quotient = singer.open_quotient * 2 ** (-loudness / 40 + 0.35 * head)
    formant = resonators(0.75 * f0 / quotient, 0.41 * f0 / quotient)
    cutoff = singer.tilt_cutoff * 2 ** (loudness / 6 - head)
    cutoff = cutoff.clamp(500, 12000)
    pole = torch.exp(-2 * math.pi * cutoff / SAMPLE_RATE)
    zero = torch.zeros_like(pole)
    tilt = torch.stack([torch.ones_like(pole), -pole, zero], dim=-1)
    return torch.stack([formant, tilt], dim=-2)


def aspiration(noise, phase, amplitudes, whitener):
    """Breath noise at the glottis, in puffs, one a period.

    Arguments
    ---------
    noise : torch.Tensor
        [batch, time], white.
    phase : torch.Tensor
        [batch, points], as of `phase_track`.
    amplitudes : torch.Tensor
        [batch, frames]
    whitener : torch.Tensor
        [batch, frames, taps]. The noise goes through the filters of the
        pulses; this undoes the pole that it does not need.

    Returns
    -------
    source : torch.Tensor
        [batch, time]
    """
    time = noise.shape[1]
    puffs = 1 + 0.6 * torch.cos(
        2 * math.pi * to_samples(phase, time, PHASE_HOP)
    )
    noise = noise * puffs * to_samples(amplitudes, time, HOP)
    source = torch.zeros_like(noise)
    for k in range(whitener.shape[-1]):
        tap = whitener[..., k].repeat_interleave(HOP, dim=1)[:, :time]
        source += tap * F.pad(noise, (k, 0))[:, :time]
    return source


def draw_bursts(singer, performance, rng):
    """Fricatives, stops and breaths of a performance, as this singer's sound.

    Arguments
    ---------
    singer : Singer
    performance : Performance
    rng : np.random.Generator

    Returns
    -------
    signal : np.ndarray
        float32, [time], relative to vowels of RMS 1.
    """
    time = int(performance.seconds * SAMPLE_RATE)
    signal = np.zeros(time + _BURST, dtype=np.float32)
    hertz = np.fft.rfftfreq(_BURST, 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(hertz, 20.0))
    for burst in performance.bursts:
        begin = int(burst.start * SAMPLE_RATE)
        length = int(burst.duration * SAMPLE_RATE)
        centre, width, level = singer.fricatives[burst.kind]
        decibel = -3 * ((octaves - np.log2(centre)) / width) ** 2
        shape = 10 ** (np.maximum(decibel, _FLOOR) / 20)
        shape *= 10 ** ((level + burst.loudness) / 20)
        white = rng.standard_normal(length, dtype=np.float32)
        noise = np.fft.irfft(np.fft.rfft(white, _BURST) * shape)
        signal[begin : begin + length] += noise[:length] * _edges(length)
    return signal[:time]


def _edges(length):
    """Swells over the first third and dies away over the last."""
    position = (np.arange(length) + 0.5) / length
    rise = np.clip(np.minimum(position, 1 - position) * 3, 0, 1)
    return np.sin(0.5 * np.pi * rise) ** 2
