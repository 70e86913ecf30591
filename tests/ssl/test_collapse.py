"""A collapse is seen and named; the terms against it keep it away."""

import logging

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.vicreg import VICRegLoss
from speechbrain_singer.ssl.joint_embedding import JointEmbeddingBrain
from speechbrain_singer.training.schedules import WarmupCosine

SINGERS, PAIRS, DIM, STEPS = 24, 48, 16, 250


class Same(torch.nn.Module):
    """In place of the augmentation."""

    def forward(self, wavs, streams):
        return wavs


class Directions(torch.nn.Module):
    """In place of a projector, that could collapse instead of the encoder."""

    def forward(self, embeddings):
        return F.normalize(embeddings, dim=1)


class Figures:
    """In place of the log: what each epoch's validation says."""

    def log_stats(self, meta, train_stats, valid_stats):
        self.valid = valid_stats


def loader(batches, seed):
    """Pairs of vectors: what their singer has in common, and noise."""
    generator = torch.Generator().manual_seed(seed)
    singers = torch.randn(
        SINGERS, 1, DIM, generator=torch.Generator().manual_seed(0)
    )
    items = []
    for _ in range(batches):
        group = torch.randint(SINGERS, (PAIRS,), generator=generator)
        noise = torch.randn(PAIRS, 2, DIM, generator=generator)
        clips = singers[group] + 0.5 * noise
        rows = torch.zeros(PAIRS, 2, dtype=torch.long)
        batch = {"clips": clips, "seeds": rows, "rows": rows, "group": group}
        items.append(batch)
    return DataLoader(items, batch_size=None)


def train(folder, objective, projector=None):
    """Figures of the validation after one epoch."""
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(DIM, 32), torch.nn.ReLU(), torch.nn.Linear(32, 20)
    )
    figures = Figures()
    hparams = {
        "seed": 1,
        "lr_schedule": WarmupCosine(lr=0.03, warmup_epochs=0, epochs=2),
        "train_logger": figures,
        "history_file": folder / "history.jsonl",
        "use_tensorboard": False,
        "tensorboard_folder": folder / "tensorboard",
    }
    brain = JointEmbeddingBrain(
        modules={
            "augmentation": Same(),
            "encoder": encoder,
            "projector": projector or Directions(),
            "objective": objective,
        },
        opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.03),
        hparams=hparams,
        run_opts={"device": "cpu", "noprogressbar": True},
        valid_rows=[{"singer": ""}],
    )
    brain.train_sampler = ClipBatches(STEPS * PAIRS, PAIRS)
    brain.fit(range(1, 2), loader(STEPS, seed=1), loader(4, seed=2))
    return figures.valid


def test_invariance_alone_collapses(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        valid = train(tmp_path, VICRegLoss(variance=0.0, covariance=0.0))
    assert (
        "the embeddings have collapsed: their deviation is 0.0" in caplog.text
    )
    assert valid["negative_similarity"] > 0.99  # other singers sound the same


def test_projections_that_collapse_are_named(tmp_path, caplog):
    """Through a head of its own the embeddings need not."""
    projector = ProjectionHead(20, 16)
    with caplog.at_level(logging.WARNING):
        train(tmp_path, VICRegLoss(variance=0, covariance=0), projector)
    assert "the projections have collapsed" in caplog.text


def test_variance_and_covariance_keep_it_away(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        valid = train(tmp_path, VICRegLoss())
    assert "collapsed" not in caplog.text
    assert valid["deviation"] > 0.8
    assert valid["effective_rank"] > DIM / 2
    assert valid["positive_similarity"] > valid["negative_similarity"] + 0.5
