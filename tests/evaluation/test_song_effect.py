import numpy as np
import pytest
import torch
from planted import embed, singing

from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.predictions import Predictions
from speechbrain_singer.evaluation.song_effect import song_effect

pytestmark = pytest.mark.usefixtures("probes_choose_from_two")


def shared(singers=6, songs=4, clips=2):
    """Everybody sings the same songs, each once."""
    return [
        row | {"song": row["song"].split()[-1]}
        for row in singing(singers, songs, clips)
    ]


def measure(embeddings, rows, folds=5):
    validation = CrossValidation(Folds(folds))
    return song_effect(embeddings, rows, validation, progressbar=False)


def means(answer):
    return {
        by: {probe: figures["mean"] for probe, figures in probes.items()}
        for by, probes in answer["accuracy"].items()
    }


def test_who_knows_the_song_but_not_the_singer():
    rows = shared()
    effect = measure(embed(rows, "song"), rows)
    assert (effect["singer"]["classes"], effect["singer"]["folds"]) == (6, 4)
    assert (effect["song"]["classes"], effect["song"]["folds"]) == (4, 5)
    assert effect["song"]["chance"] == 25
    assert min(means(effect["song"])["singer"].values()) == 100
    for probes in means(effect["singer"]).values():
        assert max(probes.values()) < 50


def test_who_knows_the_singer_but_not_the_song():
    rows = shared()
    effect = measure(embed(rows, "singer"), rows)
    assert list(means(effect["singer"])) == ["song", "recording", "none"]
    for probes in means(effect["singer"]).values():
        assert min(probes.values()) == 100
    assert max(means(effect["song"])["singer"].values()) < 60


def test_songs_of_ones_own_show_in_the_folds():
    rows = singing()
    effect = measure(embed(rows, "song"), rows)
    accuracy = means(effect["singer"])
    assert accuracy["none"]["knn"] == 100
    assert accuracy["song"]["knn"] < 40
    assert effect["song"] == {
        "left_out": "fewer than two songs stand with several singers"
    }


def test_recordings_that_are_not_cut_are_asked_for_once():
    rows = shared(clips=1)
    effect = measure(embed(rows, "singer"), rows)
    assert list(means(effect["singer"])) == ["song", "recording"]


def test_only_those_that_can_be_compared_count():
    rows = shared()
    alone = {"singer": "solo", "song": "9", "recording": "solo"}
    unknown = {"singer": "s0", "song": "", "recording": "unknown"}
    rows += [alone, unknown]
    embeddings = torch.cat([embed(rows[:-2], "singer"), torch.randn(2, 24)])
    effect = measure(embeddings, rows)
    assert (effect["singer"]["classes"], effect["singer"]["clips"]) == (6, 48)
    assert (effect["song"]["classes"], effect["song"]["clips"]) == (4, 48)


def test_without_songs_it_says_so():
    rows = [row | {"song": ""} for row in shared()]
    effect = measure(torch.randn(len(rows), 3), rows)
    assert "fewer than two singers" in effect["singer"]["left_out"]
    assert "fewer than two songs" in effect["song"]["left_out"]


def test_what_cannot_be_dealt_to_folds_says_so():
    # Of any two folds one holds two of the songs: all that somebody sings
    rows = [
        {"singer": singer, "song": song, "recording": singer + song}
        for singer, songs in {"a": "12", "b": "23", "c": "13"}.items()
        for song in songs
    ]
    effect = measure(torch.eye(6), rows, folds=2)
    assert "no 2 folds by song were found" in effect["singer"]["left_out"]


def test_what_was_validated_before_is_not_again(monkeypatch):
    rows = shared()
    embeddings = embed(rows, "singer")
    asked = []
    run = CrossValidation.run

    def spy(self, embeddings, rows, progressbar=True):
        asked.append((self.folds.label, self.folds.by, self.folds.count))
        return run(self, embeddings, rows, progressbar)

    validation = CrossValidation(Folds(4, seed=3))
    done = validation.run(embeddings, rows, progressbar=False)
    monkeypatch.setattr(CrossValidation, "run", spy)
    again = song_effect(embeddings, rows, validation, done, progressbar=False)
    expected = [("singer", "song", 4), ("singer", "none", 4)]
    assert asked == [*expected, ("song", "singer", 4)]
    assert again == song_effect(embeddings, rows, validation, progressbar=False)
    assert np.isfinite(again["singer"]["chance"])


def test_only_accuracies_are_measured(monkeypatch):
    monkeypatch.setattr(Predictions, "figures", None)
    rows = shared()
    assert "accuracy" in measure(embed(rows, "singer"), rows)["song"]
