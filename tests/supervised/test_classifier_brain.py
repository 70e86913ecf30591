import logging

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from windows_of_bands import (
    WINDOWS,
    Encoder,
    KilledError,
    Relative,
    Windows,
    fit,
    in_order,
    killed_in_epoch_4,
    make,
)

from speechbrain_singer.supervised.classifier import (
    ClassifierBrain,
    accuracies,
)


def brain(folder, kind=ClassifierBrain, gain=1.0, **run_opts):
    torch.manual_seed(0)
    modules = {
        "encoder": Encoder(16, gain),
        "classifier": torch.nn.Linear(16, 2),
    }
    return make(kind, folder, modules, **run_opts)


def by_hand(brain, windows):
    """Probabilities [windows, classes] without the Brain."""
    features = Relative().relative(windows.decibels)
    encoder, classifier = brain.modules.encoder, brain.modules.classifier
    with torch.no_grad():
        return classifier.eval()(encoder.eval()(features)).softmax(dim=1)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_it_learns_who_sings_where(tmp_path, precision):
    trained = brain(tmp_path, precision=precision, eval_precision=precision)
    record = fit(trained, Windows(seed=1), Windows(seed=2))
    assert record["train"]["accuracy"] == 100
    assert record["valid"]["accuracy"] == 100
    assert record["valid"]["recording_accuracy"] == 100
    assert record["valid"]["loss"] < 0.2 < np.log(2)
    probabilities = trained.predict(in_order(Windows(seed=3)))
    assert (probabilities.argmax(axis=1) == Windows().label.numpy()).all()


def test_figures_are_those_of_the_weights(tmp_path):
    """The validation's, by hand; nothing is learned where lr is next to 0."""
    trained = brain(tmp_path)
    trained.lr_schedule = lambda epochs_done: 0.0
    windows = Windows(seed=2, bands=(slice(0, 0),) * 2)
    valid = fit(trained, Windows(seed=1), windows)["valid"]
    expected = by_hand(trained, windows)
    right = expected.argmax(dim=1) == windows.label
    assert 0 < right.sum() < WINDOWS
    assert valid["accuracy"] == pytest.approx(100 * right.float().mean().item())
    recordings = [expected[windows.row == row].mean(dim=0) for row in range(4)]
    right = [p.argmax().item() == row % 2 for row, p in enumerate(recordings)]
    assert valid["recording_accuracy"] == pytest.approx(100 * np.mean(right))
    loss = F.nll_loss(expected.log(), windows.label).item()
    assert valid["loss"] == pytest.approx(loss, rel=1e-5)


def test_predictions_come_in_the_order_of_the_loader(tmp_path):
    untrained, windows = brain(tmp_path), Windows(seed=5)
    measured = untrained.predict(in_order(windows))
    assert measured.dtype == np.float32
    assert measured == pytest.approx(by_hand(untrained, windows), abs=1e-6)
    assert untrained.modules.encoder.norm.num_batches_tracked == 0


def test_predictions_wait_for_no_other_process(tmp_path):
    class Wrapped(torch.nn.Module):
        def __init__(self, module):
            super().__init__()
            self.module = module

        def forward(self, x):
            raise AssertionError("others would have to call this too")

    untrained, windows = brain(tmp_path), Windows()
    expected = untrained.predict(in_order(windows))
    for name in ("encoder", "classifier"):
        untrained.modules[name] = Wrapped(untrained.modules[name])
    assert (untrained.predict(in_order(windows)) == expected).all()
    untrained.modules.train()
    with pytest.raises(AssertionError, match="others"):
        untrained.encode({"decibels": windows.decibels})


def test_the_loss_is_of_single_precision(tmp_path):
    kinds = set()

    class Watching(ClassifierBrain):
        def compute_objectives(self, logits, batch, stage):
            loss = super().compute_objectives(logits, batch, stage)
            kinds.add((logits.dtype, loss.dtype))
            return loss

        def encode(self, batch):
            embeddings = super().encode(batch)
            kinds.add(embeddings.dtype)
            return embeddings

    options = {"precision": "bf16", "eval_precision": "bf16"}
    fit(brain(tmp_path, Watching, **options), Windows(), Windows())
    assert kinds == {torch.bfloat16, (torch.float32, torch.float32)}


@pytest.mark.parametrize("options", [{}, {"ckpt_interval_steps": 3}])
def test_a_killed_run_ends_as_if_it_had_not_been(tmp_path, options):
    """From the last check, and from within an epoch."""
    windows = Windows(seed=1), Windows(seed=2)
    whole = brain(tmp_path / "whole")
    expected = fit(whole, *windows)
    killed = brain(
        tmp_path / "save", killed_in_epoch_4(ClassifierBrain), **options
    )
    with pytest.raises(KilledError):
        fit(killed, *windows)
    again = brain(tmp_path / "save", **options)
    assert fit(again, *windows) == expected
    first = again.log.epochs[0]
    assert first["epoch"] == (4 if options else 3)
    for name, value in whole.modules.state_dict().items():
        assert torch.equal(again.modules.state_dict()[name], value), name
    assert again.recover_best() == whole.recover_best()


@pytest.mark.parametrize("gain", [0.0, 1.0])
def test_one_answer_to_everything_is_named(tmp_path, caplog, gain):
    with caplog.at_level(logging.WARNING):
        fit(brain(tmp_path, gain=gain), Windows(), Windows(seed=1))
    assert ("the classifier has collapsed" in caplog.text) is (gain == 0)


def test_recordings_by_the_mean_of_their_windows():
    """Of recording 1 there is no window."""
    probabilities = np.array(
        [[0.9, 0.1], [0.4, 0.6], [0.45, 0.55], [0.2, 0.8], [0.7, 0.3]]
    )
    labels = np.array([0, 0, 0, 1, 1])
    rows = np.array([0, 0, 0, 2, 3])
    assert accuracies(probabilities, labels, rows) == {
        "accuracy": pytest.approx(40),  # the first and the fourth
        "recording_accuracy": pytest.approx(200 / 3),
    }
