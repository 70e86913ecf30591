"""Frozen, then trained: what moves, at which rate, and after a kill."""

import pytest
import torch
import torch.nn.functional as F
from tiny_layers import TinyLayers, Voices, network, stages_in, state, train

from speechbrain_singer.dataio.sampler import ordered_loader
from speechbrain_singer.supervised.classifier import ClassifierBrain


class KilledError(Exception):
    pass


class Watching(ClassifierBrain):
    """Notes in each step whether the front end is in training mode."""

    modes = None

    def fit_batch(self, batch):
        loss = super().fit_batch(batch)
        features = self.module("features")
        self.modes.append((features.training, features.dropout.training))
        return loss


def test_a_frozen_front_end_stays_in_evaluation_mode(tmp_path):
    Watching.modes = []
    modules = network()
    before = state(modules)
    frozen, _ = stages_in(tmp_path)
    train(modules, [frozen], Watching)
    assert set(Watching.modes) == {(False, False)}
    after = state(modules)
    moved = {n for n in after if not torch.equal(after[n], before[n])}
    assert moved == {n for n in after if not n.startswith("features")}


def test_then_it_is_trained_at_its_own_rate(tmp_path):
    Watching.modes = []
    modules = network()
    stages = stages_in(tmp_path)
    train(modules, stages[:1])
    before = state(modules)
    brain = train(modules, stages[1:], Watching)
    assert set(Watching.modes) == {(True, True)}
    assert all(not torch.equal(v, before[n]) for n, v in state(modules).items())
    rates = {
        name: {round(group["lr"], 9) for group in optimizer.param_groups}
        for name, optimizer in brain.optimizers_dict.items()
    }
    assert rates == {
        "optimizer": {0.005},
        "features_optimizer": {0.002},
    }
    # Two epochs of four steps since the stage began
    steps = {
        int(own["step"])
        for optimizer in brain.optimizers_dict.values()
        for own in optimizer.state.values()
    }
    assert steps == {8}


def test_a_frozen_front_end_is_in_no_checkpoint(tmp_path):
    train(network(), stages_in(tmp_path))
    kept = {
        stage: {path.stem for path in (tmp_path / stage).glob("save/*/*.ckpt")}
        for stage in ("frozen", "tuned")
    }
    assert kept["tuned"] - kept["frozen"] == {"features", "features_optimizer"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The state after both stages."""
    modules = network()
    train(modules, stages_in(tmp_path_factory.mktemp("whole")))
    return state(modules)


@pytest.mark.parametrize("killed_at", [("frozen", 2, 3), ("tuned", 2, 3)])
def test_a_killed_run_ends_as_if_it_had_not_been(tmp_path, whole, killed_at):
    """In the middle of an epoch of either stage, bit by bit."""
    name, *moment = killed_at

    class Mortal(ClassifierBrain):
        def on_fit_batch_end(self, *args, **kwargs):
            is_frozen = self.module("features").frozen
            own = name == ("frozen" if is_frozen else "tuned")
            if own and [self.epoch, self.step] == moment:
                raise KilledError

    with pytest.raises(KilledError):
        train(network(), stages_in(tmp_path), Mortal, ckpt_interval_steps=2)
    again, stages = network(), stages_in(tmp_path)
    train(again, stages)
    for key, value in state(again).items():
        assert torch.equal(value, whole[key]), key
    epochs = [len(stage.options["log"].epochs) for stage in stages]
    # A stage that is done has no epoch, and one that was killed the last one
    assert epochs == ([1, 2] if name == "frozen" else [0, 1])


def test_rare_classes_count_more(tmp_path):
    frozen, _ = stages_in(tmp_path)
    weights = torch.tensor([1.0, 3.0])
    modules = network()
    brain = ClassifierBrain(
        modules=modules,
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=3,
        class_weights=weights,
        **frozen.options,
    )
    voices = Voices(2, count=5)
    (batch,) = ordered_loader(voices)
    brain.modules.eval()
    brain.on_stage_start(None)
    logits = brain.compute_forward(batch, None)
    loss = brain.compute_objectives(logits, batch, None)
    logs = F.log_softmax(logits, dim=1)
    own = torch.stack([-logs[i, label] for i, label in enumerate(voices.label)])
    counts = weights[torch.tensor(voices.label)]
    assert loss.item() == pytest.approx((own @ counts / 9).item(), rel=1e-6)
    assert counts.sum() == 9


def test_features_take_the_place_of_audio(tmp_path):
    frozen, _ = stages_in(tmp_path)
    modules = network()
    frozen.begin(modules["features"])
    brain = ClassifierBrain(
        modules=modules,
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=3,
        **frozen.options,
    )
    (batch,) = ordered_loader(Voices())
    layers = modules["features"](batch["wav"])
    kept = {"features": layers.double()}
    brain.modules.eval()
    expected = brain.encode(batch)
    calls = modules["features"].calls
    assert torch.equal(brain.encode(kept), expected)
    assert modules["features"].calls == calls


def test_a_baseline_has_nothing_to_freeze(tmp_path):
    frozen, tuned = stages_in(tmp_path)
    linear = torch.nn.Linear(2, 2)
    frozen.begin(linear)
    assert linear.weight.requires_grad
    features = TinyLayers()
    frozen.begin(features)
    assert features.frozen and not features.linear.weight.requires_grad
    tuned.begin(features)
    assert not features.frozen and features.linear.weight.requires_grad


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frozen_epochs": 0, "tuned_epochs": 0}, "nothing trains"),
        ({"frozen_epochs": -1}, "epochs of the stage frozen"),
        ({"tuned_lr": 0}, "lr of the stage tuned"),
    ],
)
def test_what_cannot_be_trained_is_said(tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        stages_in(tmp_path, **changes)


def test_a_stage_may_be_left_out(tmp_path):
    assert [s.name for s in stages_in(tmp_path, tuned_epochs=0)] == ["frozen"]
    (stage,) = stages_in(tmp_path, frozen_epochs=0)
    assert stage.name == "tuned" and stage.trains_features
