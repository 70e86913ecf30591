"""Draws recordings, room to level, and puts voices through them."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.fft import next_fast_len

from speechbrain_singer.synthesis.performance import SAMPLE_RATE

_ROOM_SECONDS = 0.4
_DB_OCTAVE = 20 * np.log10(2)


@dataclass(frozen=True)
class Recording:
    """All that happens to a voice after the lips.

    Arguments
    ---------
    seed : int
        Of all noise in it, the singer's breath too.
    reverb_time : float
        Seconds in which the room's sound falls by 60 dB.
    direct_ratio : float
        dB, energy of the direct sound over that of the room.
    low_cut : float
        Hz, -3 dB point of the high-pass of a microphone stand.
    bumps : tuple
        Of the equaliser: (centre in Hz, width in octaves, gain in dB) each.
    noise_level : float
        dB, noise floor relative to the voice.
    noise_slope : float
        dB an octave, its colour.
    peak : float
        dB full scale.
    """

    seed: int
    reverb_time: float
    direct_ratio: float
    low_cut: float
    bumps: tuple
    noise_level: float
    noise_slope: float
    peak: float


def draw_recording(seed, *key):
    """Draws a channel that depends on its numbers, and on no singer or song.

    Arguments
    ---------
    seed : int
        Names the studio.
    key : int
        One or more numbers that name the recording.

    Returns
    -------
    recording : Recording

    Example
    -------
    >>> draw_recording(1, 5, 2) == draw_recording(1, 5, 2)
    True
    >>> draw_recording(1, 5, 2) == draw_recording(1, 5, 3)
    False
    """
    rng = np.random.default_rng([seed, 2, *key])
    bumps = [
        (100 * 2 ** rng.uniform(0, 7), rng.uniform(0.7, 2), rng.normal(0, 3.0))
        for _ in range(4)
    ]
    return Recording(
        seed=int(rng.integers(2**31)),
        reverb_time=rng.uniform(0.15, 0.7),
        direct_ratio=rng.uniform(6, 20),
        low_cut=rng.uniform(40, 90),
        bumps=tuple(bumps),
        noise_level=rng.uniform(-70, -50),
        noise_slope=rng.uniform(-4, 0),
        peak=rng.uniform(-12, -1),
    )


def record(voices, recordings):
    """Puts dry voices through room, equaliser and noise to their level.

    Arguments
    ---------
    voices : torch.Tensor
        [batch, time]
    recordings : list of Recording
        One for each.

    Returns
    -------
    waveforms : torch.Tensor
        [batch, time], peaks below 1.

    Example
    -------
    >>> silence = torch.zeros(1, 4410)
    >>> loud = record(silence, [draw_recording(1, 0)]).abs().max()
    >>> 0.2 < float(loud) < 0.9
    True
    """
    time = voices.shape[1]
    room_taps = int(_ROOM_SECONDS * SAMPLE_RATE)
    size = next_fast_len(time + room_taps, real=True)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32)
    octaves = np.log2(np.maximum(hertz, 20) / 1000)
    rngs = [np.random.default_rng([r.seed, 3]) for r in recordings]
    pairs = list(zip(recordings, rngs, strict=True))
    device = voices.device
    rooms = torch.from_numpy(np.stack([_room(*p, room_taps) for p in pairs]))
    curves = torch.from_numpy(
        np.stack([_curve(r, octaves) for r in recordings])
    )
    floors = torch.from_numpy(np.stack([_floor(*p, octaves) for p in pairs]))

    loudness = voices.square().mean(1, keepdim=True).sqrt().clamp_min(1e-6)
    spectrum = _rfft(voices / loudness, size)
    spectrum *= _rfft(rooms.to(device), size)
    spectrum += floors.to(device)
    spectrum *= curves.to(device)
    waveforms = _irfft(spectrum, size)[:, :time]
    peaks = torch.tensor([10 ** (r.peak / 20) for r in recordings])
    loudest = waveforms.abs().amax(1, keepdim=True)
    return waveforms * (peaks.to(device)[:, None] / loudest)


def _room(recording, rng, taps):
    """Impulse response: the direct sound, then noise that dies away."""
    decay = 10 ** (-3 * np.arange(taps) / SAMPLE_RATE / recording.reverb_time)
    tail = rng.standard_normal(taps) * decay
    # Air and walls take the treble first
    tail[1:] += 0.6 * tail[:-1]
    tail[: int(0.002 * SAMPLE_RATE)] = 0
    tail *= 10 ** (-recording.direct_ratio / 20) / np.linalg.norm(tail)
    tail[0] = 1
    return tail.astype(np.float32)


def _curve(recording, octaves):
    """Magnitude response of the equaliser, over octaves from 1 kHz."""
    decibel = np.zeros_like(octaves)
    for centre, width, gain in recording.bumps:
        distance = (octaves - np.float32(np.log2(centre / 1000))) / width
        decibel += gain * np.exp(-distance * distance)
    ratio = np.exp2(4 * (octaves - np.log2(recording.low_cut / 1000)))
    return (10 ** (decibel / 20) * ratio / (1 + ratio)).astype(np.float32)


def _floor(recording, rng, octaves):
    """Spectrum of the noise floor, for a voice of RMS 1."""
    shape = np.exp2(octaves * np.float32(recording.noise_slope / _DB_OCTAVE))
    shape *= 10 ** (recording.noise_level / 20) / np.sqrt(np.mean(shape**2))
    white = rng.standard_normal(2 * len(octaves), dtype=np.float32)
    # A white signal of variance 1 and N samples has E|X|^2 = N
    shape *= np.sqrt(len(octaves))
    return shape.astype(np.float32) * white.view(np.complex64)


def _rfft(signals, size):
    # One at a time: the last digits of a long FFT depend on the batch's size
    return torch.stack([torch.fft.rfft(signal, size) for signal in signals])


def _irfft(spectra, size):
    return torch.stack([torch.fft.irfft(s, size) for s in spectra])
