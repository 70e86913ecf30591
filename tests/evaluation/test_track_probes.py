"""A probe whose tracks stay on one side, and that chooses beside them."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from speechbrain_singer.evaluation import track_probes
from speechbrain_singer.evaluation.probes import LinearProbe
from speechbrain_singer.evaluation.track_probes import Examples, probe_figures


def blobs(clips=240, classes=4, dim=12, noise=2.0):
    rng = np.random.default_rng(0)
    labels = np.arange(clips) % classes
    centres = rng.standard_normal((classes, dim))
    x = centres[labels] + noise * rng.standard_normal((clips, dim))
    return torch.tensor(x).float(), labels


def test_c_is_chosen_by_what_does_not_train():
    x, labels = blobs()
    train, other = slice(0, 80), slice(80, 240)
    probe = LinearProbe().fit_beside(
        *(x[train], torch.from_numpy(labels[train])),
        *(x[other], torch.from_numpy(labels[other])),
    )
    scaler = StandardScaler().fit(x[train])
    right = {}
    for c in probe.grid:
        model = LogisticRegression(C=c, tol=1e-6, max_iter=5000)
        model.fit(scaler.transform(x[train]), labels[train])
        right[c] = model.score(scaler.transform(x[other]), labels[other])
    best = max(right.values())
    assert right[probe.chosen["C"]] == best > min(right.values())
    model = LogisticRegression(C=probe.chosen["C"], tol=1e-6, max_iter=5000)
    model.fit(scaler.transform(x[train]), labels[train])
    expected = model.predict_proba(scaler.transform(x[other]))
    found = probe.scores(x[other]).softmax(dim=1)
    assert np.abs(found.numpy() - expected).max() < 0.02


def test_nothing_to_choose_by():
    x, labels = blobs()
    labels = torch.from_numpy(labels)
    probe = LinearProbe().fit_beside(x, labels, x[:0], labels[:0])
    assert probe.chosen == {"C": 1.0}


def test_a_class_that_does_not_train_is_never_named():
    """And those that do keep their names."""
    x, labels = torch.eye(3).repeat(6, 1), np.arange(18) % 3
    places = np.arange(18)
    train = (places < 12) & (labels != 1)
    test = places >= 15
    parts = train, (places >= 12) & ~test, test
    examples = Examples(list("abc"), labels, places)
    figures = probe_figures(x, examples, parts, [1])
    assert figures["contexts"]["1"]["accuracy"] == pytest.approx(200 / 3)
    assert figures["untrained"] == pytest.approx(100 / 3)
    assert figures["chance"] == 50  # of two that trained


def test_of_too_many_clips_every_third_trains(monkeypatch):
    """As if the others were not there."""
    x, labels = blobs()
    places = np.arange(240)
    examples = Examples(list("abcd"), labels, places)
    rest = np.zeros(240, bool), places >= 200
    every_third = (places < 200) & (places % 3 == 0)
    expected = probe_figures(x, examples, (every_third, *rest), [1])
    whole = probe_figures(x, examples, (places < 200, *rest), [1])
    monkeypatch.setattr(track_probes, "MOST", 67)
    found = probe_figures(x, examples, (places < 200, *rest), [1])
    assert found == expected != whole


def test_too_little_to_train_on_is_refused():
    x, labels = torch.eye(2).repeat(2, 1), np.array([0, 0, 1, 1])
    parts = labels == 0, labels == 2, labels == 1
    examples = Examples(list("ab"), labels, np.arange(4))
    with pytest.raises(ValueError, match="1 classes train and 2 clips"):
        probe_figures(x, examples, parts, [1])
