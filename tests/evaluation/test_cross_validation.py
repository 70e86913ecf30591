from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from planted import embed, singing

from speechbrain_singer.dataio.fold_draws import FoldsError
from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.evaluation.cross_validation import CrossValidation


def validate(embeddings, rows, count=5, **how):
    """Predictions by probe."""
    validated = CrossValidation(Folds(count, **how)).run(
        embeddings, rows, progressbar=False
    )
    return validated.predictions.items()


@pytest.mark.parametrize("by", ["none", "recording", "song"])
def test_a_planted_song_effect(by):
    """Embeddings of nothing but the song name its singer, if it is known."""
    rows = singing(songs=10)
    for probe, predictions in validate(embed(rows, "song"), rows, by=by):
        accuracy = predictions.figures()["accuracy"]["mean"]
        if by == "none":
            assert accuracy > (50 if probe == "centroid" else 90)
        else:  # chance is 17 %, of 60 independent songs
            assert accuracy < 17 + 4 * 100 * np.sqrt(1 / 6 * 5 / 6 / 60)


@pytest.mark.parametrize("by", ["none", "recording", "song"])
def test_a_planted_singer(by):
    rows = singing()
    for _, predictions in validate(embed(rows, "singer"), rows, by=by):
        assert predictions.figures()["accuracy"]["mean"] == 100


def test_scores_of_a_fold_are_of_a_probe_of_the_others():
    rows = singing()
    embeddings = torch.randn(
        len(rows), 5, generator=torch.Generator().manual_seed(0)
    )
    predictions = dict(validate(embeddings, rows, count=3))["centroid"]
    unit = embeddings.double().numpy()
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    singers = np.array([row["singer"] for row in rows])
    for fold in range(3):
        test = predictions.folds == fold
        for number, name in enumerate(predictions.names):
            mean = unit[~test & (singers == name)].mean(axis=0)
            expected = unit[test] @ mean / np.linalg.norm(mean)
            measured = predictions.scores[test, number]
            assert measured == pytest.approx(expected, abs=1e-5)


def test_what_was_chosen_is_kept_for_each_fold():
    rows = singing()
    validated = CrossValidation(Folds(3, "song")).run(
        embed(rows, "singer"), rows, progressbar=False
    )
    assert [set(c) for c in validated.chosen["linear"]] == [{"C"}] * 3
    assert [set(c) for c in validated.chosen["knn"]] == [{"k"}] * 3
    assert validated.inner_by == "song"


def test_kept_folds_are_used(tmp_path):
    rows = singing()
    embeddings = embed(rows, "singer")
    kept = Folds(3, seed=1, path=tmp_path / "folds.csv")
    numbers = kept.numbers(rows)
    other = replace(kept, seed=2)
    for folds in (kept, other):
        validation = CrossValidation(folds, probes=["centroid"])
        validated = validation.run(embeddings, rows, progressbar=False)
        folds_of_rows = validated.predictions["centroid"].folds
        assert np.array_equal(folds_of_rows, numbers)


@pytest.mark.parametrize("folds", [Folds(3, "singer"), Folds(2, published="f")])
def test_a_singer_in_one_fold_only_is_refused(folds):
    """Of nothing else could a probe have learnt the name."""
    rows = singing(songs=2)
    for row in rows:
        row["f"] = "1" if row["singer"] == "s2" else row["recording"][-1]
    validation = CrossValidation(folds, probes=["centroid"])
    singers = "6 of 6" if folds.by == "singer" else "1 of 6"
    message = f"{singers} singers stand in one fold only, such as 's"
    for ask in (validation.check, partial(validation.run, embed(rows, "song"))):
        with pytest.raises(FoldsError, match=message):
            ask(rows)


def test_a_check_writes_no_folds_and_wants_none_of_what_failed(tmp_path):
    """Whatever could not be encoded is not in the file."""
    rows = singing()
    path = tmp_path / "folds.csv"
    validation = CrossValidation(Folds(3, path=path))
    validation.check(rows)
    assert not path.exists()
    validation.folds.numbers(rows[1:])
    validation.check(rows)
    path.write_text("ID,part\n")
    with pytest.raises(FoldsError, match="no column fold"):
        validation.check(rows)
