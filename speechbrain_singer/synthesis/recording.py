"""Draws how voices are recorded, from the room to the level, and records."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from speechbrain_singer.dsp.spectra import fast_length
from speechbrain_singer.synthesis.performance import SAMPLE_RATE

_ROOM_TAPS = SAMPLE_RATE // 2
_DB_OCTAVE = 20 * np.log10(2)


@dataclass(frozen=True)
class Recording:
    """What happens to a voice beyond the lips.

    Arguments
    ---------
    seed : int
        Of all its noise, and of the singer's breath.
    reverb_time : float
        Seconds in which the room's sound falls by 60 dB.
    direct_ratio : float
        Energy of the direct sound by that of the room, in dB.
    low_cut : float
        Hz, where the microphone's low cut takes 6 dB.
    bumps : tuple
        The equaliser's: (centre in Hz, width in octaves, gain in dB) each.
    noise_level : float
        Noise floor relative to the voice, in dB.
    noise_slope : float
        Colour of the noise floor, in dB an octave.
    peak : float
        dB of full scale.
    room : int, optional
        Seed of the room's sound, if several recordings are made in one.
    """

    seed: int
    reverb_time: float
    direct_ratio: float
    low_cut: float
    bumps: tuple
    noise_level: float
    noise_slope: float
    peak: float
    room: int | None = None


def draw_recording(seed, *key):
    """Draws a recording's channel from its numbers, for any singer and song.

    Arguments
    ---------
    seed : int
        Names the studio.
    *key : int
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


def on_album(recording, album):
    """A recording as it sounds in the channel of an album.

    Arguments
    ---------
    recording : Recording
        Whose noise and whose singer's breath it stays.
    album : Recording
        Whose room, microphone, equaliser and level it gets.

    Returns
    -------
    recording : Recording

    Example
    -------
    >>> album = draw_recording(1, 0)
    >>> first, second = (on_album(draw_recording(1, k), album) for k in (1, 2))
    >>> first.room == second.room, first.seed == second.seed
    (True, False)
    """
    return replace(album, seed=recording.seed, room=album.seed)


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
    size = fast_length(voices.shape[1] + _ROOM_TAPS)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32)
    octaves = np.log2(np.maximum(hertz, 20) / 1000)
    # One at a time, each in memory of its own: the last digits of long FFTs
    # and of complex products depend on the size of the batch
    return torch.stack(
        [
            _record_one(voice.clone(), recording, octaves, size)
            for voice, recording in zip(voices, recordings, strict=True)
        ]
    )


def rms(signals):
    """Root mean square over the last dimension.

    It is computed in float64, so that in float32 it does not depend on how
    threads share the sum.

    Example
    -------
    >>> rms(torch.tensor([3.0, -3.0]))
    tensor(3.)
    """
    return signals.double().square().mean(-1).sqrt().to(signals.dtype)


def _record_one(voice, recording, octaves, size):
    rng = room_rng = np.random.default_rng([recording.seed, 3])
    if recording.room is not None:
        room_rng = np.random.default_rng([recording.room, 3])
    room, curve, floor = (
        torch.tensor(array, device=voice.device)
        for array in (
            _room(recording, room_rng),
            _curve(recording, octaves),
            _floor(recording, rng, octaves),
        )
    )
    spectrum = torch.fft.rfft(voice / rms(voice).clamp_min(1e-6), size)
    spectrum = (spectrum * torch.fft.rfft(room, size) + floor) * curve
    waveform = torch.fft.irfft(spectrum, size)[: len(voice)]
    return waveform * (10 ** (recording.peak / 20) / waveform.abs().max())


def _room(recording, rng):
    """Impulse response: the direct sound, then noise that dies away."""
    seconds = np.arange(_ROOM_TAPS) / SAMPLE_RATE
    decay = 10 ** (-3 * seconds / recording.reverb_time)
    tail = rng.standard_normal(_ROOM_TAPS) * decay
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
    """Spectrum of the noise floor beside a voice of RMS 1."""
    shape = np.exp2(octaves * np.float32(recording.noise_slope / _DB_OCTAVE))
    shape *= 10 ** (recording.noise_level / 20) / np.sqrt(np.mean(shape**2))
    white = rng.standard_normal(2 * len(octaves), dtype=np.float32)
    # A white signal of variance 1 and N samples has E|X|^2 = N
    shape *= np.sqrt(len(octaves))
    return shape.astype(np.float32) * white.view(np.complex64)
