"""A batch by hand: what is mixed with what, and which voices are candidates."""

import pytest
import speechbrain as sb
import torch

from speechbrain_singer.objectives.bilinear import BilinearLoss
from speechbrain_singer.ssl.mixtures import MixtureBrain

DIM = 8
GROUPS = [0, 1, 0, 2]


@pytest.fixture
def brain():
    """Its embeddings and projections are the clips themselves; W is 1."""
    objective = BilinearLoss(DIM)
    torch.nn.init.eye_(objective.weight)
    return MixtureBrain(
        modules={
            "encoder": torch.nn.Identity(),
            "projector": torch.nn.Identity(),
            "objective": objective,
        },
        run_opts={"device": "cpu"},
        seed=1,
        lr_schedule=None,
        log=None,
    )


@pytest.fixture
def batch():
    """Vocals at samples 0 to 3, accompaniments at 4 to 7.

    Examples 0 and 2 are artificial, the second clip of 1 is silence.
    """
    voices, bands = torch.eye(DIM).split(4)
    artificial = torch.tensor([True, False, True, False])
    silent = torch.tensor([False, True, False, False])
    real = voices + bands
    first = torch.where(artificial.unsqueeze(1), voices, real)
    return {
        "clips": torch.stack([first, voices * ~silent.unsqueeze(1)], dim=1),
        "accompaniment": bands * artificial.unsqueeze(1),
        "artificial": artificial,
        "silent": silent,
        "seeds": torch.arange(8).unflatten(0, (4, 2)),
        "rows": torch.arange(8).unflatten(0, (4, 2)),
        "group": torch.tensor(GROUPS),
    }


def test_artificial_ones_change_their_accompaniments(brain, batch):
    views = brain.compute_forward(batch, sb.Stage.TRAIN)
    mixtures, seconds = views.projections
    heard = [row.nonzero().flatten().tolist() for row in mixtures]
    assert heard == [[0, 6], [1, 5], [2, 4], [3, 7]]
    w = torch.stack([mixtures[0, 6], mixtures[2, 4]])
    assert ((w > 0.6) & (w < 0.8)).all()
    voices = torch.stack([mixtures[0, 0], mixtures[2, 2]])
    assert torch.allclose(voices, 1 - w.square())
    assert torch.equal(mixtures[1], batch["clips"][1, 0])
    assert torch.equal(mixtures[3], batch["clips"][3, 0])
    assert torch.equal(seconds, batch["clips"][:, 1])
    assert views.groups.tolist() == GROUPS


@pytest.mark.parametrize("apart", [True, False])
def test_the_candidates_of_each(brain, batch, apart):
    """Scores are 1 - w^2 or 1 of one's own voice, and 0 of all others."""
    brain.modules.objective.apart = apart
    brain.recent = []
    views = brain.compute_forward(batch, sb.Stage.TRAIN)
    loss = brain.compute_objectives(views, batch, sb.Stage.TRAIN)
    own = views.projections[0][[0, 2, 3], [0, 2, 3]]
    # Beside silence the two others, or without those of the group one
    others = torch.tensor([2, 2, 3] if apart else [3, 3, 3])
    costs = (own.exp() + others).log() - own
    silent = torch.tensor(4.0).log()  # silence and three voices, none is heard
    assert loss.item() == pytest.approx((costs.sum() + silent).item() / 4)


def test_validation_leaves_out_what_is_silent(brain, batch):
    brain.collected = []
    views = brain.compute_forward(batch, sb.Stage.VALID)
    brain.monitor(views, batch, sb.Stage.VALID)
    ((embeddings, projections, rows, groups),) = brain.collected
    assert torch.equal(embeddings, views.embeddings[:, [0, 2, 3]])
    assert torch.equal(projections, views.projections[:, [0, 2, 3]])
    assert rows.tolist() == [[0, 1], [4, 5], [6, 7]]
    assert groups.tolist() == [0, 0, 2]
