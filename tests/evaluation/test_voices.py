"""Whose voice: what was planted is found, and nothing of a track leaks."""

import logging

import numpy as np
import pytest
import torch
from planted import embed, singing

from speechbrain_singer.evaluation import artist_similarity
from speechbrain_singer.evaluation.artist_identification import (
    ArtistIdentification,
)
from speechbrain_singer.evaluation.artist_similarity import (
    ArtistSimilarity,
    track_embeddings,
)
from speechbrain_singer.evaluation.sex_of_singers import SexOfSingers
from speechbrain_singer.evaluation.voice_comparison import over_runs

FEW = {"repetitions": 2, "contexts": [1, 2]}


@pytest.fixture(scope="module")
def rows():
    return [
        row | {"sex": "fm"[int(row["singer"][1:]) % 2]}
        for row in singing(singers=8, songs=10, clips=2)
    ]


def identify(embeddings, rows, **settings):
    return ArtistIdentification(**FEW | settings).run(embeddings, rows, False)


def test_a_planted_singer_is_named(rows):
    report = identify(embed(rows, "singer"), rows, singers=6, shares=[0.5])
    assert (report["singers"], report["of"]) == (6, 8)
    for context in ("1", "2", "track"):
        assert report["contexts"][context]["accuracy"]["mean"] == 100
    assert list(report["shares"]) == ["0.5", "1.0"]
    assert report["shares"]["1.0"] == report["contexts"]


def test_a_planted_track_helps_nobody(rows):
    """Tracks are on one side: what is known of them is worth nothing."""
    report = identify(embed(rows, "recording"), rows, repetitions=3)
    assert report["contexts"]["1"]["accuracy"]["mean"] < 35


def test_more_context_names_a_noisy_singer_better(rows):
    noise = 2.5 * torch.randn(len(rows), 24, generator=torch.Generator())
    report = identify(embed(rows, "singer") + noise, rows, repetitions=3)
    accuracy = [own["accuracy"]["mean"] for own in report["contexts"].values()]
    assert accuracy[0] < accuracy[-1] < 100


def test_the_draws_are_a_function_of_the_seed(rows):
    embeddings = embed(rows, "recording")
    one, again, other = (
        identify(embeddings, rows, singers=4, seed=seed)["contexts"]
        for seed in (1, 1, 2)
    )
    assert one == again != other


def test_what_leaves_too_little_is_said(rows, caplog):
    caplog.set_level(logging.WARNING)
    report = identify(embed(rows, "singer"), rows, shares=[0.01, 0.5])
    assert list(report["shares"]) == ["0.5", "1.0"]
    assert "A share of 0.01 of the training data is left out" in caplog.text
    ArtistIdentification().check(rows)
    assert "There are 8 singers, not 50" in caplog.text
    with pytest.raises(ValueError, match="more singers or tracks are needed"):
        ArtistIdentification().check(rows[:3])


def test_the_sex_of_singers_who_were_not_heard(rows):
    asked = SexOfSingers(splits=3, contexts=[1])
    report = asked.run(embed(rows, "sex"), rows, False)
    assert report["singers"] == 8
    assert report["contexts"]["track"]["accuracy"]["mean"] == 100
    # Who knows singers by heart knows nothing of others
    report = SexOfSingers(splits=8, contexts=[1]).run(
        embed(rows, "singer", seed=1), rows, False
    )
    assert 20 < report["contexts"]["1"]["accuracy"]["mean"] < 80


@pytest.mark.parametrize(
    ("sexes", "message"),
    [("", "no sex is known"), ("f", "1 sex is known"), ("fm", "2 singers")],
)
def test_why_the_sex_is_not_asked_for(rows, sexes, message):
    some = [
        row | {"sex": sexes[place % len(sexes)] if sexes else ""}
        for place, row in enumerate(rows[:40])
    ]
    report = SexOfSingers().run(embed(some, "singer"), some, False)
    assert message in report["left_out"]


def test_similarity_on_and_across_what_is_heard(rows):
    """Mixtures that are the voice, and something that all have in common."""
    voice = embed(rows, "singer")
    heard = {
        "mixtures": voice + 0.5,
        "vocals": voice,
        "noise": embed(rows, "ID"),
    }
    report = ArtistSimilarity(episodes=20, singers=7).run(heard, rows)
    assert (report["singers"], report["of"], report["alone"]) == (7, 8, 0)
    mnr = {way: own["MNR"]["mean"] for way, own in report["ways"].items()}
    assert mnr["mixtures"] == mnr["vocals"] == mnr["vocals by mixtures"] == 0
    assert mnr["mixtures by vocals"] == 0
    chance = 100 * 6 / 14
    for way in ("noise", "noise by vocals", "vocals by noise"):
        assert mnr[way] == pytest.approx(chance, abs=8)
    assert report["ways"]["noise"]["EER"]["mean"] == pytest.approx(50, abs=8)


def test_who_is_the_query_and_who_the_candidate():
    """Vocals of two singers, and mixtures that all lie at the first: by
    vocals every mixture is equally near, by mixtures the first's vocals are.
    """
    rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "12"]
    voice = torch.eye(2).repeat_interleave(2, dim=0)
    heard = {"mixtures": torch.eye(2)[[0, 0, 0, 0]], "vocals": voice}
    ways = ArtistSimilarity(episodes=2).run(heard, rows)["ways"]
    # Ranks 0 of 2 and 1 of 2; ties rank half before
    assert ways["vocals by mixtures"]["MNR"]["mean"] == 25
    assert ways["mixtures by vocals"]["MNR"]["mean"] == 25
    assert ways["vocals by mixtures"]["published_EER"]["mean"] == 50
    assert ways["mixtures by vocals"]["published_EER"]["mean"] == 50
    heard["mixtures"] = torch.tensor([[1.0, 0.1]] * 2 + [[1.0, 0.2]] * 2)
    ways = ArtistSimilarity(episodes=2).run(heard, rows)["ways"]
    # By vocals both mixtures are told apart, by mixtures both are the first
    assert ways["mixtures by vocals"]["MNR"]["mean"] == 0
    assert ways["vocals by mixtures"]["MNR"]["mean"] == 25


@pytest.mark.parametrize("block", [2, 65_536])
def test_the_mean_of_a_track_by_hand(block, monkeypatch):
    monkeypatch.setattr(artist_similarity, "BLOCK", block)
    rows = [{"singer": "a", "recording": name} for name in "xyx"]
    embeddings = torch.tensor([[1.0, 0.0], [0.0, 2.0], [5.0, 8.0]])
    assert track_embeddings(embeddings, rows).tolist() == [
        pytest.approx([0.6, 0.8]),
        [0, 1],
    ]
    assert track_embeddings(embeddings, rows, distance=True).tolist() == [
        [3, 4],
        [0, 2],
    ]


def test_lengths_count_where_distance_compares():
    rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "12"]
    embeddings = torch.tensor([[1.0], [1.1], [5.0], [5.2]])
    asked = ArtistSimilarity(episodes=2)
    heard = {"vocals": embeddings}
    by_distance = asked.run(heard, rows, distance=True)["ways"]["vocals"]
    assert by_distance["MNR"]["mean"] == 0
    assert asked.run(heard, rows)["ways"]["vocals"]["MNR"]["mean"] == 25


def test_one_song_each_has_nothing_to_compare():
    rows = [{"singer": s, "recording": s, "song": s} for s in "abc"]
    report = ArtistSimilarity().run({"vocals": torch.eye(3)}, rows)
    assert report == {"left_out": "0 singers have two songs"}


def test_a_mean_over_runs():
    def report(mean, shares):
        figures = {"mean": mean, "spread": 9.0, "values": [mean, mean]}
        return {"singers": 3, "ways": {"vocals": figures}, "shares": shares}

    figures = {"mean": 1.0, "spread": None, "values": [1.0]}
    merged = over_runs([report(1.0, {"0.5": figures}), report(3.0, {})])
    assert merged["ways"]["vocals"]["mean"] == 2
    assert merged["ways"]["vocals"]["spread"] == pytest.approx(np.sqrt(2))
    assert (merged["singers"], merged["shares"]) == (3, {})
    assert over_runs([report(1.0, {})]) == report(1.0, {})


@pytest.mark.parametrize("order", [1, -1])
def test_what_one_run_was_not_asked_is_left_out(order):
    runs = [{"sex": {"singers": 3}}, {"sex": {"left_out": "no sex"}}][::order]
    assert over_runs(runs) == {"sex": {"left_out": "no sex"}}


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [
        (ArtistIdentification, "singers", 1),
        (ArtistIdentification, "repetitions", 1),
        (ArtistIdentification, "shares", 0.5),
        (ArtistIdentification, "shares", [0.0]),
        (ArtistIdentification, "contexts", [0]),
        (SexOfSingers, "splits", 1),
        (ArtistSimilarity, "episodes", 0),
        (ArtistSimilarity, "singers", 2.5),
    ],
)
def test_settings_that_cannot_be_are_refused(kind, setting, value):
    with pytest.raises(ValueError, match=setting):
        kind(**{setting: value})
