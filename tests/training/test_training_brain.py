"""The Brain that all tasks share, by a small classifier with labels."""

import pytest
import speechbrain as sb
import torch
import torch.nn.functional as F
from brains import Figures, pair_loader
from speechbrain.utils.epoch_loop import EpochCounter

from speechbrain_singer.seeding import derive_seed
from speechbrain_singer.training.brain import Best, TrainingBrain
from speechbrain_singer.training.checkpoints import AtomicCheckpointer

CLASSES, DIM, BATCH, STEPS = 3, 4, 5, 8


class Centres(torch.nn.Module):
    """An objective with learned parts: a centre for each class."""

    def __init__(self):
        super().__init__()
        self.centres = torch.nn.Parameter(torch.eye(CLASSES, DIM))

    def forward(self, embeddings, labels):
        return F.cross_entropy(embeddings @ self.centres.T, labels)


class Classifier(TrainingBrain):
    best = Best("accuracy", highest=True)
    accuracies = iter(())

    def compute_forward(self, batch, stage):
        return self.modules.encoder(batch["clips"][:, 0])

    def compute_objectives(self, embeddings, batch, stage):
        return self.modules.objective(embeddings, batch["group"] % CLASSES)

    def train_figures(self):
        return {"seen": float(self.step)}

    def valid_figures(self):
        return {"accuracy": next(self.accuracies)}


class KilledError(Exception):
    pass


def data():
    generator = torch.Generator().manual_seed(0)
    clips = torch.randn(STEPS * BATCH, 2, DIM, generator=generator)
    return pair_loader(clips, torch.arange(len(clips)), BATCH)


def modules():
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(torch.nn.Linear(DIM, DIM), torch.nn.Dropout())
    return {"encoder": encoder, "objective": Centres()}


@pytest.fixture
def make(tmp_path):
    """Makes a Brain and its counter; all of them go on from one another."""

    def make(epochs=3, kind=Classifier, **options):
        counter = EpochCounter(epochs)
        checkpointer = AtomicCheckpointer(tmp_path, {"counter": counter})
        brain = kind(
            modules=options.pop("modules", None) or modules(),
            opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.1),
            run_opts={
                "device": "cpu",
                "noprogressbar": True,
                **options.pop("run_opts", {}),
            },
            checkpointer=checkpointer,
            seed=7,
            lr_schedule=lambda epochs_done: 0.1 / (1 + epochs_done),
            log=Figures(),
            **options,
        )
        return brain, counter

    return make


def test_figures_of_every_epoch_are_logged(make):
    brain, counter = make()
    brain.accuracies = iter([0.2, 0.4, 0.3])
    brain.fit(counter, data(), data())
    for number, record in enumerate(brain.log.epochs, 1):
        assert record["epoch"] == number
        assert record["lr"] == 0.1 / (1 + number)
        assert record["train"].keys() == {"loss", "seen"}
    valid = [record["valid"]["accuracy"] for record in brain.log.epochs]
    assert valid == [0.2, 0.4, 0.3]


def test_the_best_checkpoint_has_the_highest_figure(make):
    brain, counter = make()
    brain.accuracies = iter([0.2, 0.4, 0.3])
    brain.fit(counter, data(), data())
    figures = brain.recover_best()
    assert (figures["epoch"], figures["accuracy"]) == (2, 0.4)
    assert figures.keys() == {"epoch", "accuracy", "loss"}


def test_without_a_best_one_the_last_counts(make):
    brain, counter = make()
    brain.best = None
    brain.fit(counter, data())
    assert brain.recover_best() == {"epoch": 3}


def test_learned_parts_of_an_objective_are_in_the_checkpoints(make):
    brain, counter = make(epochs=1)
    brain.fit(counter, data())
    learned = brain.modules.objective.centres.detach().clone()
    assert not torch.allclose(learned, torch.eye(CLASSES, DIM), atol=1e-3)
    again, _ = make(epochs=1)
    again.recover_best()
    assert torch.equal(again.modules.objective.centres, learned)


def test_a_killed_run_ends_as_if_it_had_not_been(make, tmp_path_factory):
    """Within an epoch, with dropout, and optimisers of their own."""
    whole, counter = make(lr_scales={"objective": 3.0})
    whole.checkpointer = None
    whole.fit(counter, data())

    class Mortal(Classifier):
        def on_fit_batch_end(self, *args, **kwargs):
            if (self.epoch, self.step) == (2, STEPS // 2):
                raise KilledError

    options = {
        "lr_scales": {"objective": 3.0},
        "run_opts": {"ckpt_interval_steps": 3},
    }
    brain, counter = make(kind=Mortal, **options)
    with pytest.raises(KilledError):
        brain.fit(counter, data())
    brain, counter = make(**options)
    brain.fit(counter, data())
    for name in ("encoder", "objective"):
        for expected, value in zip(
            whole.modules[name].parameters(),
            brain.modules[name].parameters(),
            strict=True,
        ):
            assert torch.equal(expected, value), name


def test_rates_of_their_own(make):
    brain, counter = make(epochs=1, lr_scales={"objective": 10.0})
    rates = []

    class Watching(Classifier):
        def on_fit_batch_end(self, *args, **kwargs):
            rates.append(
                {
                    name: optimizer.param_groups[0]["lr"]
                    for name, optimizer in self.optimizers_dict.items()
                }
            )

    brain, counter = make(
        epochs=1, kind=Watching, lr_scales={"objective": 10.0}
    )
    brain.fit(counter, data())
    for step, own in enumerate(rates, 1):
        rate = 0.1 / (1 + step / STEPS)
        assert own["optimizer"] == pytest.approx(rate)
        assert own["objective_optimizer"] == pytest.approx(10 * rate)


def test_a_rate_of_a_module_that_is_not_there(make):
    brain, counter = make(lr_scales={"predictor": 10.0})
    with pytest.raises(ValueError, match="names predictor; it may name some"):
        brain.fit(counter, data())


def test_each_step_has_its_seed(make):
    seeds = []

    class Watching(Classifier):
        def compute_forward(self, batch, stage):
            seeds.append(torch.initial_seed())
            return super().compute_forward(batch, stage)

    brain, counter = make(epochs=2, kind=Watching)
    brain.fit(counter, data())
    assert seeds == [
        derive_seed(7, epoch, step, 0)
        for epoch in (1, 2)
        for step in range(1, STEPS + 1)
    ]


def test_gradients_are_not_accumulated_beyond_an_epoch(make):
    brain, counter = make(run_opts={"grad_accumulation_factor": STEPS + 1})
    with pytest.raises(ValueError, match="no step would ever be done"):
        brain.fit(counter, data())


def test_a_plain_loader_is_refused(make):
    brain, counter = make()
    with pytest.raises(TypeError, match="clip_loader"):
        brain.fit(counter, torch.utils.data.DataLoader([1, 2]))


@pytest.mark.parametrize("stage", [sb.Stage.TRAIN, sb.Stage.VALID])
def test_a_run_killed_with_a_validation_ends_alike(make, stage):
    """Within an epoch, and after its last step."""
    whole, counter = make()
    whole.checkpointer, whole.accuracies = None, iter([0.1, 0.2, 0.3])
    whole.fit(counter, data(), data())

    class Mortal(Classifier):
        def on_stage_start(self, started, epoch=None):
            super().on_stage_start(started, epoch)
            if started == sb.Stage.VALID == stage and epoch == 2:
                raise KilledError

        def on_fit_batch_end(self, *args, **kwargs):
            if stage == sb.Stage.TRAIN and (self.epoch, self.step) == (2, 5):
                raise KilledError

    options = {"ckpt_interval_steps": 4}
    brain, counter = make(kind=Mortal, run_opts=options)
    brain.accuracies = iter([0.1])
    with pytest.raises(KilledError):
        brain.fit(counter, data(), data())
    brain, counter = make(run_opts=options)
    brain.accuracies = iter([0.2, 0.3])
    brain.fit(counter, data(), data())
    for expected, value in zip(
        whole.modules.parameters(), brain.modules.parameters(), strict=True
    ):
        assert torch.equal(expected, value)
