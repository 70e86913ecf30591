"""Voices for tests."""

import numpy as np
import torch

RATE = 44100


def sing(number, seconds=0.2):
    """Vowels from 150 Hz upwards with some breath, [number, time]."""
    time = np.arange(round(seconds * RATE)) / RATE
    f0 = 150.0 + 30 * np.arange(number)[:, None]
    voices = sum(np.cos(2 * np.pi * k * f0 * time) / k for k in range(1, 20))
    breath = np.random.default_rng(0).standard_normal((number, len(time)))
    return torch.from_numpy(0.2 * (voices + 0.1 * breath)).float()
