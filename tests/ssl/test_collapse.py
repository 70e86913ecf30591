"""A collapse is seen and named; the terms against it keep it away."""

import logging

import pytest
import torch
from torch.utils.data import DataLoader

from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.vicreg import VICRegLoss
from speechbrain_singer.ssl.joint_embedding import JointEmbeddingBrain
from speechbrain_singer.ssl.schedules import WarmupCosine

SINGERS, PAIRS, DIM, STEPS = 24, 48, 16, 200


class Same(torch.nn.Module):
    """In place of the augmentation."""

    def forward(self, wavs, generator):
        return wavs


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
        items.append({"clips": clips, "rows": rows, "group": group})
    return DataLoader(items, batch_size=None)


def train(folder, objective):
    """Figures of the validation after one epoch."""
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(DIM, 32), torch.nn.ReLU(), torch.nn.Linear(32, 20)
    )
    figures = Figures()
    hparams = {
        "seed": 1,
        "lr_schedule": WarmupCosine(lr=0.01, warmup_epochs=0, epochs=2),
        "train_logger": figures,
        "history_file": folder / "history.jsonl",
        "use_tensorboard": False,
        "tensorboard_folder": folder / "tensorboard",
    }
    brain = JointEmbeddingBrain(
        modules={
            "augmentation": Same(),
            "encoder": encoder,
            "projector": ProjectionHead(20, 8),
            "objective": objective,
        },
        opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.01),
        hparams=hparams,
        run_opts={"device": "cpu", "noprogressbar": True},
        valid_rows=[{"singer": ""}],
    )
    brain.train_sampler = ClipBatches(STEPS * PAIRS, PAIRS)
    brain.fit(range(1, 2), loader(STEPS, seed=1), loader(4, seed=2))
    return figures.valid


def test_invariance_alone_collapses(tmp_path, caplog):
    objective = VICRegLoss(variance=0.0, covariance=0.0)
    with caplog.at_level(logging.WARNING):
        valid = train(tmp_path, objective)
    print(valid)
    assert "the embeddings have collapsed" in caplog.text


def test_variance_and_covariance_keep_it_away(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        valid = train(tmp_path, VICRegLoss())
    print(valid)
    assert "collapsed" not in caplog.text
    assert valid["deviation"] > 0.5
    assert valid["effective_rank"] > 5
