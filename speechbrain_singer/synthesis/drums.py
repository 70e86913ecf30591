"""Drums: a kick, a snare and a hi-hat, drawn for a song."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from speechbrain_singer.synthesis.performance import SAMPLE_RATE

_EDGE = 22  # samples in which a stroke comes up


@dataclass(frozen=True, eq=False)
class Kit:
    """Sounds of one stroke each, float32, [time], of peak 1."""

    kick: np.ndarray
    snare: np.ndarray
    hat: np.ndarray


@lru_cache(maxsize=64)
def draw_kit(seed):
    """Draws the drums of a number.

    Arguments
    ---------
    seed : int

    Returns
    -------
    kit : Kit

    Example
    -------
    >>> kit = draw_kit(1)
    >>> len(kit.kick) > len(kit.snare) > len(kit.hat)
    True
    """
    rng = np.random.default_rng([seed, 0])
    return Kit(_kick(rng), _snare(rng), _hat(rng))


def _kick(rng):
    """A sine that falls in pitch."""
    seconds = _seconds(0.35)
    low, high = rng.uniform(45, 65), rng.uniform(60, 140)
    fall = rng.uniform(30, 60)
    # The integral of low + high exp(-fall t)
    phase = low * seconds + high * (1 - np.exp(-fall * seconds)) / fall
    body = np.sin(2 * np.pi * phase) * np.exp(-seconds * rng.uniform(9, 16))
    return _stroke(body)


def _snare(rng):
    """A drum head, and the wires' noise."""
    seconds = _seconds(0.28)
    head = np.sin(2 * np.pi * rng.uniform(170, 240) * seconds)
    head *= np.exp(-30 * seconds)
    wires = _noise(rng, len(seconds), rng.uniform(1500, 4000), 1.3)
    wires *= np.exp(-seconds * rng.uniform(14, 28))
    return _stroke(0.5 * head + rng.uniform(0.5, 0.9) * wires)


def _hat(rng):
    seconds = _seconds(0.12)
    noise = _noise(rng, len(seconds), rng.uniform(8000, 12000), 0.5)
    return _stroke(noise * np.exp(-seconds * rng.uniform(40, 90)))


def _noise(rng, length, centre, width):
    """Noise around a frequency in Hz, so many octaves wide, of RMS 1."""
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    octaves = np.log2(np.maximum(hertz, 20.0) / centre)
    spectrum = np.fft.rfft(rng.standard_normal(length))
    noise = np.fft.irfft(spectrum * np.exp(-((octaves / width) ** 2)), length)
    return noise / noise.std()


def _seconds(length):
    return np.arange(int(length * SAMPLE_RATE)) / SAMPLE_RATE


def _stroke(sound):
    """Without a click at either end, and of peak 1."""
    sound[:_EDGE] *= np.linspace(0, 1, _EDGE)
    sound[-10 * _EDGE :] *= np.linspace(1, 0, 10 * _EDGE)
    sound = (sound / np.abs(sound).max()).astype(np.float32)
    sound.setflags(write=False)
    return sound
