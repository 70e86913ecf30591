"""A CVSM step beside the same step as one would write it first, on one core.

    python benchmarks/mixtures.py

From stems in memory to the step of the optimiser, in float32. Ours mixes in
batches where the network is, and has one channel, channels last. The plain
step mixes clip by clip as a loader's worker does, and has torchvision's
EfficientNet-B0 as it comes: three channels, NCHW. Both have the same log-mel,
head, loss and optimiser, and keep freed memory, as the training script does.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from timing import best_seconds, print_table
from torchvision import models

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.lobes.heads import BilinearHead
from speechbrain_singer.lobes.magnitude_mel import LogMagnitudeMel
from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.objectives.bilinear import BilinearLoss
from speechbrain_singer.ssl.remix import HIGH, LOW, remix

PAIRS = 32
RATE = 16000


class ThreeChannels(torch.nn.Module):
    """torchvision's network on three copies of the spectrogram."""

    def __init__(self):
        super().__init__()
        self.net = models.efficientnet_b0(stochastic_depth_prob=0.2)

    def forward(self, features):
        images = features.unsqueeze(1).repeat(1, 3, 1, 1)
        return self.net.features(images).amax(dim=(2, 3))


def clip_by_clip(vocals, accompaniment):
    """As a worker mixes, collated afterwards."""
    generator = np.random.default_rng(0)
    mixtures = []
    for clip in vocals.numpy():
        w = generator.uniform(LOW, HIGH)
        other = accompaniment[generator.integers(len(vocals))].numpy()
        mixtures.append(torch.from_numpy(w * other + (1 - w**2) * clip).float())
    return torch.stack(mixtures)


def in_batches(vocals, accompaniment):
    """As the Brain mixes."""
    artificial = torch.ones(len(vocals), dtype=bool)
    return remix(vocals, accompaniment, artificial, Streams(range(len(vocals))))


def step_function(network, mix, stems):
    """A function that does one optimiser step on a batch of pairs."""
    vocals, accompaniment, seconds = stems
    modules = torch.nn.ModuleList(
        [LogMagnitudeMel(RATE), network, BilinearHead(), BilinearLoss()]
    )
    *layers, objective = modules
    optimizer = torch.optim.Adam(modules.parameters(), lr=1e-3)

    def step():
        views = torch.cat([mix(vocals, accompaniment), seconds])
        for layer in layers:
            views = layer(views)
        objective(*views.chunk(2)).backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def main():
    """Prints times per pair."""
    torch.set_num_threads(1)
    keep_freed_memory()
    stems = torch.randn(3, PAIRS, RATE)
    plain = "torchvision, mixed clip by clip"
    seconds = best_seconds(
        {
            plain: step_function(ThreeChannels(), clip_by_clip, stems),
            "ours, mixed clip by clip": step_function(
                PooledEfficientNet(), clip_by_clip, stems
            ),
            "ours": step_function(PooledEfficientNet(), in_batches, stems),
        }
    )
    print(f"CVSM-A step, {PAIRS} pairs of 1 s, one core, per pair")
    print_table(seconds, plain, unit=PAIRS)


if __name__ == "__main__":
    main()
