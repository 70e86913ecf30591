"""DINO alone lets embeddings lie close together; KoLeo spreads them."""

import torch
from brains import Figures, Same, pair_loader

from speechbrain_singer.lobes.prototypes import BottleneckHead, Prototypes
from speechbrain_singer.objectives.dino import DINOLoss
from speechbrain_singer.ssl.dino import DINOBrain
from speechbrain_singer.ssl.momentum import MomentumTarget
from speechbrain_singer.training.schedules import (
    Constant,
    CosineMomentum,
    LinearRise,
)

SINGERS, BATCH, DIM, PROTOTYPES = 100, 12, 16, 256


def loader(batches, seed):
    """Pairs of vectors: what their singer has in common, and noise."""
    generator = torch.Generator().manual_seed(seed)
    singers = torch.randn(
        SINGERS, 1, DIM, generator=torch.Generator().manual_seed(0)
    )
    group = torch.randint(SINGERS, (batches * BATCH,), generator=generator)
    noise = torch.randn(len(group), 2, DIM, generator=generator)
    return pair_loader(singers[group] + 0.5 * noise, group, BATCH)


def network():
    """Deep enough to map all to nearly one direction at the start."""
    torch.manual_seed(0)
    return {
        "encoder": torch.nn.Sequential(
            *(torch.nn.Linear(DIM, 64), torch.nn.SiLU()),
            *(torch.nn.Linear(64, 64), torch.nn.SiLU()),
            torch.nn.Linear(64, 40),
        ),
        "projector": BottleneckHead(40, 64, 16, whiten=True),
        "prototypes": Prototypes(16, PROTOTYPES),
    }


def train(koleo):
    """Figures of the validation after two epochs."""
    online, figures = network(), Figures()
    brain = DINOBrain(
        modules={
            **online,
            "augmentation": Same(),
            "target": MomentumTarget(online),
            "objective": DINOLoss(PROTOTYPES, koleo=koleo),
        },
        opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.003),
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=1,
        lr_schedule=Constant(0.003),
        log=figures,
        valid_rows=[{"singer": ""}],
        momentum_schedule=CosineMomentum(base=0.97, epochs=2),
        temperature_schedule=LinearRise(0.04, 0.04, epochs=0),
        short_views=0,
        short_share=0.5,
        frozen_epochs=1,
    )
    brain.fit(range(1, 3), loader(32, seed=1), loader(8, seed=2))
    return figures.epochs[-1]["valid"]


def test_koleo_spreads_what_dino_leaves_close():
    alone, spread = train(koleo=0.0), train(koleo=0.1)
    assert alone["deviation"] < 0.3
    assert spread["deviation"] > 0.5
    assert spread["effective_rank"] > alone["effective_rank"] + 3
