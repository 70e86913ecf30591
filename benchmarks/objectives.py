"""Objectives beside what one would write first, and the monitors' cost.

    python benchmarks/objectives.py

Forward and backward of 1024 pairs of 128 dimensions on one core, in float32:
the contrastive loss beside a loop over rolled batches, uniformity beside
torch.pdist, VICReg's covariance beside torch.cov. All give the same values.
Then the health of an epoch's embeddings beside 32 BYOL steps, an epoch.
"""

import os

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from timing import best_seconds, print_table
from training_step import PAIRS, RATE, SECONDS, step_function

from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.metrics.geometry import space_health
from speechbrain_singer.objectives.contrastive import contrastive_loss
from speechbrain_singer.objectives.uniformity_alignment import uniformity_loss
from speechbrain_singer.objectives.vicreg import covariance_loss

BATCH, DIM = 1024, 128
STEPS_PER_EPOCH, MONITORED, EMBEDDING_DIM = 32, 256, 1000


def rolled_batches(first, second, temperature=0.2):
    """The decoupled contrastive loss, shift by shift."""
    positives = F.cosine_similarity(first, second) / temperature
    negatives = [
        F.cosine_similarity(first, second.roll(shift, 0)) / temperature
        for shift in range(1, len(first))
    ]
    return (torch.stack(negatives).logsumexp(dim=0) - positives).mean()


def rolled_normalised_batches(first, second, temperature=0.2):
    """The same, with the lengths taken out of the loop."""
    first, second = F.normalize(first, dim=1), F.normalize(second, dim=1)
    positives = (first * second).sum(dim=1) / temperature
    negatives = [
        (first * second.roll(shift, 0)).sum(dim=1) / temperature
        for shift in range(1, len(first))
    ]
    return (torch.stack(negatives).logsumexp(dim=0) - positives).mean()


def pdist_uniformity(first, second):
    """Of both views, as Wang and Isola have it."""
    potentials = [
        torch.pdist(x).square().mul(-2).exp() for x in (first, second)
    ]
    return sum(x.mean().log() for x in potentials)


def our_uniformity(first, second):
    """Of both views."""
    return uniformity_loss(first) + uniformity_loss(second)


def cov_covariance(first, second):
    """By torch.cov, without its diagonal."""
    covariances = [torch.cov(x.T) for x in (first, second)]
    return sum(
        (x.square().sum() - x.diagonal().square().sum()) / DIM
        for x in covariances
    )


def forward_and_backward(objective, views):
    """A function that takes the gradient of the objective for both views."""
    views = views.clone().requires_grad_()

    def run():
        loss = objective(*views)
        (gradient,) = torch.autograd.grad(loss, views)
        return loss, gradient

    return run


def compare(title, objectives, views):
    """Checks that the objectives agree, and prints times; the first is base."""
    functions = {
        name: forward_and_backward(objective, views)
        for name, objective in objectives.items()
    }
    base = next(iter(functions))
    loss, gradient = functions[base]()
    for function in functions.values():
        torch.testing.assert_close(function()[0], loss, rtol=1e-5, atol=1e-6)
        error = (function()[1] - gradient).norm() / gradient.norm()
        assert error < 1e-4, error
    print(title)
    print_table(best_seconds(functions), base)


def monitors():
    """Prints what the monitors cost of an epoch."""
    network = EfficientNet(dropout=0.0, stochastic_depth=0.0)
    wavs = torch.randn(2 * PAIRS, SECONDS * RATE)
    embeddings = torch.randn(2, MONITORED, EMBEDDING_DIM)
    step = step_function(network, wavs)
    health, one_step = best_seconds(
        {"health": lambda: space_health(*embeddings), "step": step}
    ).values()
    share = health / (STEPS_PER_EPOCH * one_step)
    print(
        f"monitors: {1000 * health:.0f} ms an epoch, of {STEPS_PER_EPOCH} "
        f"steps of {one_step:.2f} s: {100 * share:.2f} %"
    )


def main():
    """Prints times of all, and how often ours is faster."""
    torch.set_num_threads(1)
    keep_freed_memory()
    generator = torch.Generator().manual_seed(0)
    views = torch.randn(2, BATCH, DIM, generator=generator)
    views = F.normalize(views + views[:1], dim=2)
    compare(
        f"contrastive loss, {BATCH} pairs, forward and backward",
        {
            "loop over rolled batches": rolled_batches,
            "the same, normalised before": rolled_normalised_batches,
            "contrastive_loss": contrastive_loss,
        },
        views,
    )
    compare(
        "uniformity",
        {"torch.pdist": pdist_uniformity, "uniformity_loss": our_uniformity},
        views,
    )
    compare(
        "VICReg's covariance",
        {"torch.cov": cov_covariance, "covariance_loss": covariance_loss},
        views,
    )
    monitors()


if __name__ == "__main__":
    main()
