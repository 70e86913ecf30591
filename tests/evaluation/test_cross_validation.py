import numpy as np
import pytest
import torch
from planted import embed, singing
from sklearn.metrics import f1_score, top_k_accuracy_score

from speechbrain_singer.evaluation.cross_validation import (
    Validation,
    cross_validate,
    mean_over_clips,
    summarise,
)


@pytest.mark.parametrize("by", ["none", "recording", "song"])
def test_a_planted_song_effect(by):
    """Embeddings of nothing but the song name its singer, if it is known."""
    rows = singing(songs=10)
    validation = cross_validate(
        embed(rows, "song"), rows, by=by, progressbar=False
    )
    for probe in validation.scores:
        accuracy = summarise(validation, probe)["accuracy"]["mean"]
        if by == "none":
            assert accuracy > (50 if probe == "centroid" else 90)
        else:  # chance is 17 %, of 60 independent songs
            assert accuracy < 17 + 4 * 100 * np.sqrt(1 / 6 * 5 / 6 / 60)


@pytest.mark.parametrize("by", ["none", "recording", "song"])
def test_a_planted_singer(by):
    rows = singing()
    validation = cross_validate(
        embed(rows, "singer"), rows, by=by, progressbar=False
    )
    for probe in validation.scores:
        assert summarise(validation, probe)["accuracy"]["mean"] == 100


def test_scores_of_a_fold_are_of_a_probe_of_the_others():
    rows = singing()
    embeddings = torch.randn(
        len(rows), 5, generator=torch.Generator().manual_seed(0)
    )
    validation = cross_validate(embeddings, rows, folds=3, progressbar=False)
    unit = embeddings.double().numpy()
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    singers = np.array([row["singer"] for row in rows])
    for fold in range(3):
        test = validation.folds == fold
        for number, name in enumerate(validation.names):
            mean = unit[~test & (singers == name)].mean(axis=0)
            expected = unit[test] @ mean / np.linalg.norm(mean)
            measured = validation.scores["centroid"][test, number]
            assert measured == pytest.approx(expected, abs=1e-5)


def test_what_was_chosen_is_kept_for_each_fold():
    rows = singing()
    validation = cross_validate(
        embed(rows, "singer"), rows, folds=3, by="song", progressbar=False
    )
    assert [set(c) for c in validation.chosen["linear"]] == [{"C"}] * 3
    assert [set(c) for c in validation.chosen["knn"]] == [{"k"}] * 3
    assert validation.inner_by == "song"


def validated(clips=40, classes=6):
    rng = np.random.default_rng(0)
    return Validation(
        names=list("abcdef"),
        labels=np.arange(clips) % classes,
        folds=np.arange(clips) // 20,
        scores={"linear": rng.standard_normal((clips, classes))},
        chosen={},
        by="recording",
        inner_by="recording",
    )


def test_figures_are_those_of_scikit_learn_over_the_folds():
    validation = validated()
    scores, labels = validation.scores["linear"], validation.labels
    figures = summarise(validation, "linear")
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
    validation = validated(classes=3)
    assert "top_2" in summarise(validation, "linear")
    assert "top_3" not in summarise(validation, "linear")


def test_scores_of_a_recording_are_averaged_over_its_clips():
    validation = validated()._replace(
        labels=np.repeat([3, 1, 0, 2], 10), folds=np.repeat([0, 0, 1, 1], 10)
    )
    recordings = np.repeat([2, 0, 3, 1], 10)
    of_recordings = mean_over_clips(validation, recordings)
    assert of_recordings.labels.tolist() == [1, 2, 3, 0]
    assert of_recordings.folds.tolist() == [0, 1, 0, 1]
    scores = validation.scores["linear"]
    for recording in range(4):
        assert of_recordings.scores["linear"][recording] == pytest.approx(
            scores[recordings == recording].mean(axis=0)
        )
