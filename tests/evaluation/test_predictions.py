import numpy as np
import pytest
from sklearn.metrics import f1_score, top_k_accuracy_score

from speechbrain_singer.evaluation import predictions as predictions_module
from speechbrain_singer.evaluation.predictions import Predictions


def drawn(clips=40, classes=6):
    rng = np.random.default_rng(0)
    return Predictions(
        names=list("abcdef")[:classes],
        labels=np.arange(clips) % classes,
        folds=np.arange(clips) // 20,
        scores=rng.standard_normal((clips, classes)),
    )


def test_figures_are_those_of_scikit_learn_over_the_folds():
    predictions = drawn()
    scores, labels = predictions.scores, predictions.labels
    figures = predictions.figures()
    halves = slice(0, 20), slice(20, 40)
    f1 = [
        100 * f1_score(labels[h], scores[h].argmax(axis=1), average="macro")
        for h in halves
    ]
    assert figures["macro_f1"]["values"] == pytest.approx(f1)
    assert figures["macro_f1"]["mean"] == pytest.approx(np.mean(f1))
    assert figures["macro_f1"]["spread"] == pytest.approx(
        abs(f1[0] - f1[1]) / np.sqrt(2)
    )
    for k, name in ((1, "accuracy"), (2, "top_2"), (3, "top_3"), (5, "top_5")):
        expected = [
            100 * top_k_accuracy_score(labels[h], scores[h], k=k)
            for h in halves
        ]
        assert figures[name]["values"] == pytest.approx(expected)


def test_top_k_only_where_there_are_more_classes():
    figures = drawn(classes=3).figures()
    assert "top_2" in figures
    assert "top_3" not in figures


def test_a_network_that_was_tested_in_one_fold():
    """The second of ten, such as a corpus publishes them."""
    predictions = drawn(clips=20)
    alone = Predictions(
        *(predictions.names, predictions.labels, predictions.folds + 1),
        predictions.scores,
    )
    right = predictions.scores.argmax(axis=1) == predictions.labels
    accuracy = alone.figures()["accuracy"]
    assert accuracy["values"] == pytest.approx([100 * right.mean()])
    assert accuracy["spread"] is None


def test_scores_of_a_recording_are_averaged_over_its_clips():
    scores = drawn().scores
    predictions = Predictions(
        names=list("abcdef"),
        labels=np.repeat([3, 1, 0, 2], 10),
        folds=np.repeat([0, 0, 1, 1], 10),
        scores=scores,
    )
    recordings = np.repeat([2, 0, 3, 1], 10)
    averaged = predictions.averaged(recordings)
    assert averaged.labels.tolist() == [1, 2, 3, 0]
    assert averaged.folds.tolist() == [0, 1, 0, 1]
    for recording in range(4):
        assert averaged.scores[recording] == pytest.approx(
            scores[recordings == recording].mean(axis=0)
        )


def test_lines_say_who_was_taken_for_whom():
    scores = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0]])
    labels, folds = np.array([0, 1, 1]), np.array([0, 0, 1])
    predictions = Predictions(["ann", "bob"], labels, folds, scores)
    assert list(predictions.lines(["x", "y", "z"])) == [
        ["x", "ann", "ann", 0],
        ["y", "bob", "bob", 0],
        ["z", "bob", "ann", 1],
    ]


def test_the_accuracy_takes_no_other_figures(monkeypatch):
    expected = drawn().figures()["accuracy"]
    monkeypatch.setattr(predictions_module, "IdentificationStats", None)
    assert drawn().accuracy() == expected
