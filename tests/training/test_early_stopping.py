"""Brains that validate every so many epochs, and end when that helps none."""

import pytest
import speechbrain
import torch
from brains import Figures, pair_loader
from speechbrain.utils.epoch_loop import EpochCounter

from speechbrain_singer.training import brain as training_brain
from speechbrain_singer.training.brain import Best, TrainingBrain
from speechbrain_singer.training.checkpoints import AtomicCheckpointer
from speechbrain_singer.training.schedules import Constant
from speechbrain_singer.training.stopping import StoppingCounter

DIM, BATCH, STEPS = 3, 4, 2
# Of the checks at epochs 2, 4, 6, ...: 0.399 is the lowest and does not count
LOSSES = (1.0, 0.4, 0.399, 0.5, 0.6, 0.7, 0.8)


class KilledError(Exception):
    pass


class Planned(TrainingBrain):
    """Learns something; its validation losses are given."""

    best = Best("loss")

    def compute_forward(self, batch, stage):
        return self.modules.encoder(batch["clips"][:, 0])

    def compute_objectives(self, outputs, batch, stage):
        loss = (outputs - batch["clips"][:, 1]).square().mean()
        if not self.modules.training:
            return 0 * loss + LOSSES[self.epoch // 2 - 1]
        return loss

    def _save_intra_epoch_ckpt(self):
        pass  # epochs are what is looked at


class Mortal(Planned):
    """Killed after epoch 7."""

    def on_stage_start(self, stage, epoch=None):
        super().on_stage_start(stage, epoch)
        if epoch == 8:
            raise KilledError


@pytest.fixture
def fit(tmp_path):
    """Trains a Brain in one folder; the later ones go on."""

    def fit(kind=Planned, folder=tmp_path / "save", counter=None, **run_opts):
        torch.manual_seed(0)
        counter = counter or StoppingCounter(20, check_interval=2, patience=6)
        figures = Figures()
        figures.beside_debug = lambda: figures
        brain = kind(
            modules={"encoder": torch.nn.Linear(DIM, DIM)},
            opt_class=lambda parameters: torch.optim.Adam(parameters, lr=0.1),
            run_opts={"device": "cpu", "noprogressbar": True, **run_opts},
            checkpointer=AtomicCheckpointer(folder, {"counter": counter}),
            seed=1,
            lr_schedule=Constant(lr=0.1),
            log=figures,
        )
        brain.figures = figures
        if kind is Mortal:
            with pytest.raises(KilledError):
                brain.fit(counter, data(), data())
        else:
            brain.fit(counter, data(), data())
        return brain

    return fit


def data():
    generator = torch.Generator().manual_seed(0)
    clips = torch.randn(STEPS * BATCH, 2, DIM, generator=generator)
    return pair_loader(clips, torch.arange(len(clips)), BATCH)


class Clock:
    """In place of the module `time`."""

    now = 0.0

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training_brain, "time", clock)
    monkeypatch.setattr(speechbrain.core, "time", clock)
    return clock


def test_every_epoch_is_logged_and_some_are_validated(fit):
    records = fit().figures.epochs
    assert [record["epoch"] for record in records] == list(range(1, 11))
    losses = [r["valid"]["loss"] for r in records if r["valid"]]
    assert losses == pytest.approx(LOSSES[:5])
    validated = [r["epoch"] for r in records if r["valid"]]
    assert validated == [2, 4, 6, 8, 10]  # none counted after epoch 4


def test_the_weights_of_the_lowest_loss_come_back(fit):
    """Even if it did not count."""
    weights = {}

    class Watching(Planned):
        def on_stage_end(self, stage, loss, epoch=None):
            super().on_stage_end(stage, loss, epoch)
            weights[epoch] = self.modules.encoder.weight.detach().clone()

    brain = fit(Watching)
    figures = brain.recover_best()
    assert figures == {"epoch": 6, "loss": pytest.approx(0.399)}
    assert torch.equal(brain.modules.encoder.weight, weights[6])
    assert not torch.equal(weights[6], weights[10])


@pytest.mark.parametrize("minutes", [0, 1e-9])
def test_a_killed_run_ends_as_if_it_had_not_been(fit, tmp_path, minutes):
    """From the last check, or from the last epoch."""
    options = {"ckpt_interval_minutes": minutes}
    whole = fit(folder=tmp_path / "whole", **options)
    killed = fit(Mortal, **options)
    again = fit(**options)
    epochs = [record["epoch"] for record in again.figures.epochs]
    assert epochs == list(range(8 if minutes else 7, 11))
    done = killed.figures.epochs[: epochs[0] - 1]
    assert done + again.figures.epochs == whole.figures.epochs
    for expected, value in zip(
        whole.modules.parameters(), again.modules.parameters(), strict=True
    ):
        assert torch.equal(expected, value)
    assert again.recover_best()["epoch"] == 6
    assert fit(**options).figures.epochs == []  # it has stopped


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, [4, 8, 9]), (1.5, [2, 4, 6, 8, 9]), (0.5, list(range(1, 10)))],
)
def test_epochs_without_a_check_are_saved_by_the_clock(
    fit, clock, minutes, expected
):
    """Of epochs of one minute, four from check to check; 0 saves at checks."""
    saved = []

    class Watching(Planned):
        def on_stage_start(self, stage, epoch=None):
            super().on_stage_start(stage, epoch)
            clock.now = 60.0 * epoch

        def on_stage_end(self, stage, loss, epoch=None):
            super().on_stage_end(stage, loss, epoch)
            newest = self.checkpointer.find_checkpoint()
            if newest and newest.meta["epoch"] not in saved:
                saved.append(newest.meta["epoch"])

    counter = StoppingCounter(9, check_interval=4, patience=99)
    fit(Watching, counter=counter, ckpt_interval_minutes=minutes)
    assert saved == expected


def test_within_epochs_the_clock_runs_from_the_last_checkpoint(fit, clock):
    """Of epochs of a minute: more than five have passed in the sixth."""
    saved = []

    class Watching(Planned):
        def on_fit_batch_end(self, *args, **kwargs):
            clock.now += 30.0

        def _save_intra_epoch_ckpt(self):
            saved.append((self.epoch, self.step))
            TrainingBrain._save_intra_epoch_ckpt(self)

    counter = StoppingCounter(12, check_interval=12, patience=99)
    fit(Watching, counter=counter, ckpt_interval_minutes=5)
    assert saved == [(6, 1), (11, 2)]


def test_a_plain_counter_validates_and_saves_every_epoch(fit):
    class Every(Planned):
        def compute_objectives(self, outputs, batch, stage):
            return outputs.square().mean()

    brain = fit(Every, counter=EpochCounter(3))
    assert all(record["valid"] for record in brain.figures.epochs)
    assert brain.checkpointer.find_checkpoint().meta["epoch"] == 3


def test_a_few_steps_of_debug_validate(fit):
    assert fit(debug=True).epoch_counter.checked == 2


def test_stopping_needs_a_validation(tmp_path):
    brain = Planned(
        modules={"encoder": torch.nn.Linear(DIM, DIM)},
        opt_class=torch.optim.Adam,
        run_opts={"device": "cpu"},
        seed=1,
        lr_schedule=Constant(lr=0.1),
        log=Figures(),
    )
    with pytest.raises(ValueError, match="needs a validation set"):
        brain.fit(StoppingCounter(3), data())
