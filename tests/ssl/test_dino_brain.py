"""Which views are cut, who sees them, and what stands still."""

import pytest
import speechbrain as sb
import torch
from brains import Figures, Same, pair_loader

from speechbrain_singer.lobes.prototypes import Prototypes
from speechbrain_singer.objectives.dino import DINOLoss
from speechbrain_singer.ssl.dino import DINOBrain
from speechbrain_singer.ssl.momentum import MomentumTarget
from speechbrain_singer.training.schedules import (
    Constant,
    CosineMomentum,
    LinearRise,
)

TIME, BATCH, PROTOTYPES = 40, 3, 7


class Encoder(torch.nn.Module):
    """The first sample, the last before the padding, and their share."""

    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))
        self.calls = []

    def forward(self, wavs, wav_lens=None):
        shares = torch.ones(len(wavs)) if wav_lens is None else wav_lens
        lengths = (torch.as_tensor(shares) * wavs.shape[1]).round().long()
        last = wavs.gather(1, lengths[:, None] - 1)[:, 0]
        self.calls.append(len(wavs))
        share = lengths / TIME
        return torch.stack([wavs[:, 0], last, share], dim=1) * self.scale


@pytest.fixture
def make():
    def make(momentum=0.9, **options):
        torch.manual_seed(0)
        online = {
            "encoder": Encoder(),
            "projector": torch.nn.Linear(3, 4),
            "prototypes": Prototypes(4, PROTOTYPES),
        }
        settings = {"short_views": 2, "short_share": 0.25, "frozen_epochs": 1}
        return DINOBrain(
            modules={
                **online,
                "augmentation": Same(),
                "target": MomentumTarget(online),
                "objective": DINOLoss(PROTOTYPES),
            },
            opt_class=lambda parameters: torch.optim.SGD(parameters, lr=0.01),
            run_opts={"device": "cpu", "noprogressbar": True},
            seed=1,
            lr_schedule=Constant(0.01),
            log=Figures(),
            momentum_schedule=CosineMomentum(base=momentum, epochs=1000),
            temperature_schedule=LinearRise(0.04, 0.08, epochs=2),
            **settings | options,
        )

    return make


@pytest.fixture
def batch():
    """Clips that count on: each sample says of which clip it is, and where."""
    return {
        "clips": torch.arange(BATCH * 2.0 * TIME).view(BATCH, 2, TIME),
        "seeds": torch.arange(BATCH * 2).view(BATCH, 2) * 1000,
        "rows": torch.zeros(BATCH, 2, dtype=torch.long),
        "group": torch.arange(BATCH),
    }


def test_short_views_lie_in_their_clips(make, batch):
    cut = make().cut_views(batch).view(2, 2, BATCH, 10)
    clips = batch["clips"].transpose(0, 1)
    starts = cut[..., :1] - clips[:, None, :, :1]
    assert ((starts >= 0) & (starts <= 30)).all()
    assert torch.equal(cut, cut[..., :1] + torch.arange(10.0))
    assert len(starts.unique()) > 6  # of 12
    again = make().cut_views({k: v[1:] for k, v in batch.items()})
    assert torch.equal(again.view(2, 2, BATCH - 1, 10), cut[:, :, 1:])


def test_each_view_has_draws_of_its_own(make, batch):
    """The long views' seeds are those of the clips."""
    brain, seen = make(), []

    class Keep(torch.nn.Module):
        def forward(self, wavs, streams):
            seen.extend(streams.uniform()[:, 0].tolist())
            return wavs

    brain.modules["augmentation"] = Keep()
    brain.compute_forward(batch, sb.Stage.TRAIN)
    assert len(set(seen)) == len(seen) == BATCH * (2 + 4)


@pytest.mark.parametrize("short_views", [0, 2])
def test_the_teacher_sees_the_long_views_only(make, batch, short_views):
    brain = make(short_views=short_views)
    views, student, teacher = brain.compute_forward(batch, sb.Stage.TRAIN)
    assert student.shape == (2 + 2 * short_views, BATCH, PROTOTYPES)
    # Equal networks: of the long views they say the same
    assert torch.allclose(student[:2], teacher, rtol=1e-4)
    assert not teacher.requires_grad
    clips = batch["clips"].transpose(0, 1)
    assert torch.equal(views.embeddings[..., 0], clips[..., 0])
    assert torch.equal(views.embeddings[..., 1], clips[..., -1])
    # One call each, which processes need
    number = BATCH * (2 + 2 * short_views)
    assert brain.modules.encoder.calls == [number]
    target = brain.modules.target.modules_copied["encoder"]
    assert target.calls == [2 * BATCH]
    if short_views:
        logits = student[2:].flatten(0, 1)
        cut = brain.cut_views(batch)
        expected = brain.modules.prototypes(
            brain.modules.projector(brain.modules.encoder(cut))
        )
        assert torch.allclose(logits, expected, rtol=1e-4)


def train(brain, epochs):
    """Of one step an epoch: the prototypes and the encoder after each."""
    states, modules = [], brain.modules

    class Log:
        def write(self, *figures):
            kept = modules.prototypes.weight, modules.encoder.scale
            states.append([tensor.detach().clone() for tensor in kept])

    brain.log = Log()
    loader = pair_loader(
        torch.randn(BATCH, 2, TIME), torch.arange(BATCH), BATCH
    )
    brain.fit(range(1, epochs + 1), loader)
    return states


@pytest.mark.parametrize("frozen_epochs", [0, 1, 2])
def test_prototypes_stand_still_at_first(make, frozen_epochs):
    brain = make(frozen_epochs=frozen_epochs)
    modules = brain.modules
    weight, scale = (
        tensor.detach().clone()
        for tensor in (modules.prototypes.weight, modules.encoder.scale)
    )
    for epoch, (weight_now, scale_now) in enumerate(train(brain, 3), start=1):
        assert torch.equal(weight_now, weight) == (epoch <= frozen_epochs)
        assert not torch.equal(scale_now, scale)
        weight, scale = weight_now, scale_now


def test_what_a_frozen_epoch_leaves_is_no_gradient_of_the_next(make):
    brain = make()
    train(brain, epochs=1)
    assert brain.modules.prototypes.weight.grad is None


def test_the_teacher_follows(make):
    brain = make(momentum=0.5, frozen_epochs=0)
    teacher = brain.modules.target.modules_copied["prototypes"].weight
    before = teacher.clone()
    ((weight, _),) = train(brain, epochs=1)
    assert not torch.equal(weight, before)
    assert torch.allclose(teacher, (before + weight) / 2, atol=1e-4)


def test_the_temperature_follows_the_epochs(make, batch):
    """In training from step to step; in validation as the epoch ends."""
    brain, temperatures = make(), []

    class Keep(torch.nn.Module):
        def forward(self, student, teacher, embeddings, temperature, groups):
            temperatures.append(temperature)
            return student.sum()

    brain.modules["objective"] = Keep()
    brain.recent, brain.collected = [], []
    brain.train_sampler, brain.epoch, brain.step = range(4), 1, 2
    for stage in (sb.Stage.TRAIN, sb.Stage.VALID):
        views = brain.compute_forward(batch, stage)
        brain.compute_objectives(views, batch, stage)
    assert temperatures == pytest.approx([0.05, 0.06])


@pytest.mark.parametrize(
    "options",
    [{"short_views": -1}, {"short_share": 1.5}, {"frozen_epochs": 0.5}],
)
def test_settings_that_make_no_sense_are_named(make, options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        make(**options)
