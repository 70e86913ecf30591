"""A BYOL step beside the same step as one would write it first, on one core.

    python benchmarks/training_step.py

Both have the same log-mel, heads, loss and optimiser, in float32. The plain
step has torchvision's EfficientNet-B0 as it comes: three channels, NCHW. Both
keep freed memory, as the training script does.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from timing import best_seconds, print_table
from torchvision import models

from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.heads import PredictionHead, ProjectionHead
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.ssl.momentum import MomentumTarget

PAIRS = 8
SECONDS = 4
RATE = 44100


class ThreeChannels(torch.nn.Module):
    """torchvision's network on three copies of the spectrogram."""

    def __init__(self):
        super().__init__()
        self.net = models.efficientnet_b0(
            dropout=0.0, stochastic_depth_prob=0.0
        )

    def forward(self, features):
        return self.net(features.unsqueeze(1).repeat(1, 3, 1, 1))


def step_function(network, wavs):
    """A function that does one optimiser step on a batch of pairs."""
    online = torch.nn.ModuleDict(
        {
            "encoder": torch.nn.Sequential(LogMel(RATE), network),
            "projector": ProjectionHead(),
        }
    )
    predictor, objective = PredictionHead(), BYOLLoss()
    target = MomentumTarget(online).train()
    parameters = [*online.parameters(), *predictor.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-4)

    def step():
        projections = online["projector"](online["encoder"](wavs))
        loss = objective(
            predictor(projections).unflatten(0, (2, -1)),
            target(wavs).unflatten(0, (2, -1)),
        )
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        target.update(online, 0.99)

    return step


def main():
    """Prints times per pair."""
    torch.set_num_threads(1)
    keep_freed_memory()
    wavs = torch.randn(2 * PAIRS, SECONDS * RATE)
    plain = "torchvision, three channels, NCHW"
    network = EfficientNet(dropout=0.0, stochastic_depth=0.0)
    seconds = best_seconds(
        {
            plain: step_function(ThreeChannels(), wavs),
            "EfficientNet, one channel, channels last": step_function(
                network, wavs
            ),
        }
    )
    print(f"BYOL step, {PAIRS} pairs of {SECONDS} s, one core, per pair")
    print_table(seconds, plain, unit=PAIRS)


if __name__ == "__main__":
    main()
