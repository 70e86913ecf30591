"""A collapse is seen and named; the terms against it keep it away."""

import logging

import torch
import torch.nn.functional as F
from brains import Figures, Same, pair_loader

from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.vicreg import VICRegLoss
from speechbrain_singer.ssl.vicreg import VICRegBrain
from speechbrain_singer.training.schedules import WarmupCosine

SINGERS, PAIRS, DIM, STEPS = 24, 48, 16, 250


class Directions(torch.nn.Module):
    """In place of a projector, that could collapse instead of the encoder."""

    def forward(self, embeddings):
        return F.normalize(embeddings, dim=1)


def loader(batches, seed):
    """Pairs of vectors: what their singer has in common, and noise."""
    generator = torch.Generator().manual_seed(seed)
    singers = torch.randn(
        SINGERS, 1, DIM, generator=torch.Generator().manual_seed(0)
    )
    pairs = batches * PAIRS
    group = torch.randint(SINGERS, (pairs,), generator=generator)
    noise = torch.randn(pairs, 2, DIM, generator=generator)
    return pair_loader(singers[group] + 0.5 * noise, group, PAIRS)


def train(objective, projector=None):
    """Figures of the validation after one epoch."""
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(DIM, 32), torch.nn.ReLU(), torch.nn.Linear(32, 20)
    )
    figures = Figures()
    brain = VICRegBrain(
        modules={
            "augmentation": Same(),
            "encoder": encoder,
            "projector": projector or Directions(),
            "objective": objective,
        },
        opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.03),
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=1,
        lr_schedule=WarmupCosine(lr=0.03, warmup_epochs=0, epochs=2),
        log=figures,
        valid_rows=[{"singer": ""}],
    )
    brain.fit(range(1, 2), loader(STEPS, seed=1), loader(4, seed=2))
    return figures.epochs[-1]["valid"]


def test_invariance_alone_collapses(caplog):
    with caplog.at_level(logging.WARNING):
        valid = train(VICRegLoss(variance=0.0, covariance=0.0))
    assert (
        "the embeddings have collapsed: their deviation is 0.0" in caplog.text
    )
    assert valid["negative_similarity"] > 0.99  # other singers sound the same


def test_projections_that_collapse_are_named(caplog):
    """Through a head of its own the embeddings need not."""
    projector = ProjectionHead(20, 16)
    with caplog.at_level(logging.WARNING):
        train(VICRegLoss(variance=0, covariance=0), projector)
    assert "the projections have collapsed" in caplog.text


def test_variance_and_covariance_keep_it_away(caplog):
    with caplog.at_level(logging.WARNING):
        valid = train(VICRegLoss())
    assert "collapsed" not in caplog.text
    assert valid["deviation"] > 0.8
    assert valid["effective_rank"] > DIM / 2
    assert valid["positive_similarity"] > valid["negative_similarity"] + 0.5
