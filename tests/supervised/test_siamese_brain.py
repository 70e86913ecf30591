import logging

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_curve
from windows_of_bands import (
    BANDS,
    FRAMES,
    WINDOWS,
    Encoder,
    KilledError,
    Pairs,
    Relative,
    Windows,
    fit,
    in_order,
    killed_in_epoch_4,
    make,
)

from speechbrain_singer.objectives.siamese import SiameseLoss
from speechbrain_singer.supervised.siamese import SiameseBrain


def brain(folder, kind=SiameseBrain, gain=1.0, options=(), **run_opts):
    torch.manual_seed(0)
    modules = {
        "encoder": Encoder(3, gain),
        "objective": SiameseLoss(**dict(options)),
    }
    return make(kind, folder, modules, **run_opts)


@pytest.mark.parametrize(
    ("options", "precision"),
    [
        ({}, "fp32"),
        ({}, "bf16"),
        ({"form": "hadsell"}, "fp32"),
        ({"negatives": "hardest"}, "fp32"),
    ],
    ids=str,
)
def test_it_separates_two_singers(tmp_path, options, precision):
    run_opts = {"precision": precision, "eval_precision": precision}
    trained = brain(tmp_path, options=options, **run_opts)
    record = fit(trained, Pairs(seed=1), Pairs(seed=2))
    for figures in (record["train"], record["valid"]):
        assert figures["same_distance"] < figures["different_distance"] / 3
    assert record["valid"]["EER"] == 0
    assert record["valid"]["loss"] < trained.modules.objective.collapsed / 2


def test_figures_are_those_of_the_weights(tmp_path):
    trained = brain(tmp_path)
    trained.lr_schedule = lambda epochs_done: 0.0
    pairs = Pairs(seed=2, bands=(slice(0, 0),) * 2)
    valid = fit(trained, Pairs(seed=1), pairs)["valid"]
    items = [pairs[0, index] for index in range(WINDOWS)]
    decibels = torch.cat([item["decibels"] for item in items])
    encoder = trained.modules.encoder.eval()
    with torch.no_grad():
        places = encoder(Relative().relative(decibels)).numpy()
    distances = ((places[::2] - places[1::2]) ** 2).sum(axis=1)
    same = np.arange(WINDOWS) % 2 == 0
    assert valid["same_distance"] == pytest.approx(
        distances[same].mean(), rel=1e-4
    )
    assert valid["different_distance"] == pytest.approx(
        distances[~same].mean(), rel=1e-4
    )
    losses = np.where(same, distances, np.maximum(0, 1 - distances)) / 2
    assert valid["loss"] == pytest.approx(losses.mean(), rel=1e-4)
    accepted, found, _ = roc_curve(same, -distances)
    nearest = np.abs(accepted - (1 - found)).argmin()
    expected = (accepted[nearest] + 1 - found[nearest]) / 2
    assert 20 < valid["EER"] < 80
    assert valid["EER"] == pytest.approx(100 * expected)


def test_all_windows_go_through_the_encoder_at_once(tmp_path):
    trained = brain(tmp_path)
    fit(trained, Pairs(), Pairs())
    shapes = set(trained.modules.encoder.shapes)
    assert shapes == {(2 * 4, BANDS, FRAMES), (2 * 8, BANDS, FRAMES)}


def test_embeddings_come_in_the_order_of_the_loader(tmp_path):
    untrained, windows = brain(tmp_path), Windows(seed=5)
    measured = untrained.embed(in_order(windows))
    assert measured.dtype == torch.float32
    assert not measured.requires_grad
    encoder = untrained.modules.encoder.eval()
    expected = encoder(Relative().relative(windows.decibels))
    assert torch.allclose(measured, expected, atol=1e-5)


def test_the_loss_is_of_single_precision(tmp_path):
    kinds = set()

    class Watching(SiameseBrain):
        def compute_objectives(self, embeddings, batch, stage):
            loss = super().compute_objectives(embeddings, batch, stage)
            kinds.add((embeddings.dtype, loss.dtype))
            return loss

    options = {"precision": "bf16", "eval_precision": "bf16"}
    trained = brain(tmp_path, Watching, **options)
    fit(trained, Pairs(), Pairs())
    assert kinds == {(torch.float32, torch.float32)}
    assert trained.embed(in_order(Windows())).dtype == torch.float32


@pytest.mark.parametrize("options", [{}, {"ckpt_interval_steps": 3}])
def test_a_killed_run_ends_as_if_it_had_not_been(tmp_path, options):
    """From the last check, and from within an epoch."""
    pairs = Pairs(seed=1), Pairs(seed=2)
    whole = brain(tmp_path / "whole")
    expected = fit(whole, *pairs)
    killed = brain(
        tmp_path / "save", killed_in_epoch_4(SiameseBrain), **options
    )
    with pytest.raises(KilledError):
        fit(killed, *pairs)
    again = brain(tmp_path / "save", **options)
    assert fit(again, *pairs) == expected
    for name, value in whole.modules.state_dict().items():
        assert torch.equal(again.modules.state_dict()[name], value), name
    assert again.recover_best() == whole.recover_best()


@pytest.mark.parametrize("gain", [0.0, 1.0])
def test_a_collapse_is_named(tmp_path, caplog, gain):
    with caplog.at_level(logging.WARNING):
        record = fit(brain(tmp_path, gain=gain), Pairs(), Pairs(seed=1))
    assert ("the embeddings have collapsed" in caplog.text) is (gain == 0)
    if gain == 0:
        assert record["valid"]["loss"] == pytest.approx(0.25)


def test_pairs_of_one_kind_have_no_error_rate(tmp_path):
    untrained = brain(tmp_path)
    untrained.kept = [(torch.tensor([0.5, 1.5]), torch.tensor([True, True]))]
    assert untrained.valid_figures() == {"same_distance": 1.0}
