"""Encoders of a few parameters, of the parts that singers' CNNs are made of."""

import torch

from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

RATE = 22050
FRAMES = 16
SAMPLES = (FRAMES - 1) * 512  # of a window
SECONDS = SAMPLES / RATE


def small_encoder(seed=0, **settings):
    """A `WaveformEncoder` of windows of 16 frames, in evaluation mode."""
    torch.manual_seed(seed)
    sizes = {
        **{"block": "vanilla", "first_channels": 3, "channels": [4]},
        **{"bands": 16, "frames": FRAMES, "hidden_dim": 6},
    }
    network = SingerCNN(**(sizes | settings))
    with torch.no_grad():
        # Untrained, all sounds would have nearly the same embedding
        for layer in network.dense[:6:2]:
            layer.weight *= 8
    return WaveformEncoder(MelDecibels(n_mels=16), network).eval()


def sound(samples, seed=0):
    """[time], noise that gets lower and louder."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(samples, generator=generator)
    rise = torch.linspace(0.02, 0.2, samples)
    return rise * (noise + rise.sqrt() * noise.cumsum(0).sin())


def without_offset(windows):
    weights = torch.hann_window(windows.shape[1])
    return windows - (windows @ weights / weights.sum()).unsqueeze(1)


def windows_of(audio):
    """[windows, time], as encoders cut them: one after the other."""
    last = len(audio) - SAMPLES
    starts = sorted({*range(0, last + 1, SAMPLES), last})
    return without_offset(
        torch.stack([audio[start : start + SAMPLES] for start in starts])
    )
