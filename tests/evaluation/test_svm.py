import logging

import numpy as np
import pytest
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from speechbrain_singer.evaluation.svm import WindowSVM, even_draw


def clouds(classes=3, each=30, spread=0.3, seed=0):
    """Features of very different units."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    angles = 2 * np.pi * labels / classes
    places = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places += spread * rng.standard_normal(places.shape)
    return places * [1.0, 5000.0], labels


def test_names_what_another_svm_names():
    features, labels = clouds()
    others, truth = clouds(seed=1)
    scores = WindowSVM().fit(features, labels, 3).scores(others)
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    reference = OneVsRestClassifier(SVC(C=1.0, gamma=0.5))
    reference.fit((features - mean) / deviation, labels)
    named = reference.predict((others - mean) / deviation)
    assert (scores.argmax(axis=1) == named).mean() > 0.97
    assert (scores.argmax(axis=1) == truth).mean() > 0.9


@pytest.mark.parametrize("classes", [2, 3])
def test_each_class_has_its_score(classes):
    """Of two classes scikit-learn gives one value."""
    features, labels = clouds(classes)
    scores = WindowSVM().fit(features, labels, classes).scores(features)
    assert scores.shape == (30 * classes, classes)
    assert (scores.argmax(axis=1) == labels).mean() > 0.95


def test_what_was_not_trained_on_is_never_named():
    features, labels = clouds()
    known = labels != 1
    svm = WindowSVM().fit(features[known], labels[known], 3)
    scores = svm.scores(features)
    assert (scores[:, 1] == -np.inf).all()
    assert set(scores.argmax(axis=1)) == {0, 2}


def test_trains_on_so_many_at_most_and_says_so(caplog):
    features, labels = clouds(each=60)
    with caplog.at_level(logging.WARNING):
        svm = WindowSVM(max_windows=30).fit(features, labels, 3)
    assert "30 of 180 windows are trained on" in caplog.text
    assert svm.pipeline[0].n_samples_seen_ == 30
    caplog.clear()
    WindowSVM(max_windows=180).fit(features, labels, 3)
    assert not caplog.text


def test_an_even_draw_has_the_shares_of_the_classes():
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], 40))
    chosen = even_draw(labels, 30)
    assert len(set(chosen.tolist())) == 30
    assert np.bincount(labels[chosen]).tolist() == [10, 10, 10]
    assert even_draw(labels, 30, seed=1).tolist() != chosen.tolist()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"c": 0}, "c: 0: must be a finite number above 0"),
        ({"max_windows": 1}, "max_windows: 1"),
        ({"seed": -1}, "seed: -1"),
    ],
)
def test_refuses_what_cannot_be(settings, message):
    with pytest.raises(ValueError, match=message):
        WindowSVM(**settings)
