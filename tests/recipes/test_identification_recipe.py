"""Identification as a user runs it, on a tiny corpus."""

import csv
import json

import pytest
from evaluation_recipe import arguments, run

SCRIPT = "recipes/identification/evaluate.py"
FAST = {"folds": 3, "draws": 2}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "synthetic"


def measure(corpus, output, **overrides):
    options = FAST | overrides
    run(SCRIPT, arguments("identification", corpus, output, **options))
    return json.loads((output / "metrics.json").read_text())


def test_whole_recordings(corpus, tmp_path):
    metrics = measure(corpus, tmp_path)
    assert (metrics["singers"], metrics["clips"]) == (6, 18)
    assert metrics["grouped_by"] == "recording"
    assert 0 <= metrics["probes"]["linear"]["accuracy"]["mean"] <= 100
    assert list(metrics["few_shot"]["linear"]) == ["1", "2"]
    assert metrics["song_effect"]["singer"]["folds"] == 3
    with (tmp_path / "predictions.csv").open() as file:
        predictions = list(csv.DictReader(file))
    assert len(predictions) == 3 * 18
    assert {row["fold"] for row in predictions} == {"0", "1", "2"}
    names = {"report.html", "few_shot.png", "confusion_linear.png", "log.txt"}
    assert names <= {path.name for path in tmp_path.iterdir()}


def test_clips_grouped_by_song(corpus, tmp_path):
    metrics = measure(
        corpus, tmp_path, clip_seconds=0.5, group_by="song", shots="[1]"
    )
    assert (metrics["clips"], metrics["recordings"]) == (54, 18)
    assert metrics["grouped_by"] == "song"
    assert "recordings_by_mean_score" in metrics
    of_song = metrics["song_effect"]["singer"]["accuracy"]
    assert list(of_song) == ["song", "recording", "none"]
    # Folds by song were not made twice
    assert of_song["song"]["knn"] == metrics["probes"]["knn"]["accuracy"]
    songs = {}
    with (tmp_path / "predictions.csv").open() as file:
        for row in csv.DictReader(file):
            song = row["ID"].split("_")[1].split(".")[0]
            songs.setdefault(song, set()).add(row["fold"])
    assert all(len(folds) == 1 for folds in songs.values())


def test_more_folds_than_songs_says_what_to_do(corpus, tmp_path):
    """Before anything is encoded."""
    options = {"group_by": "sex", "encoder": "/no/such/folder"}
    with pytest.raises(ValueError, match="set folds to a number from 2"):
        measure(corpus, tmp_path, folds=3, **options)
    with pytest.raises(ValueError, match="leave them out"):
        measure(corpus, tmp_path, folds=2, **options)


def test_singers_who_cannot_be_grouped_are_skipped_on_request(corpus, tmp_path):
    options = {"group_by": "register", "folds": 2, "skip_single": True}
    with pytest.raises(ValueError, match="two singers at least"):
        measure(corpus, tmp_path, **options)


def test_folds_of_the_corpus_and_those_of_a_file(corpus, tmp_path):
    """Those of a column are used, and said with the figures."""
    published = {"published_folds": "song", "folds": 14, "shots": "[]"}
    metrics = measure(corpus, tmp_path / "a", **published)
    assert metrics["settings"]["published_folds"] == "song"
    with (tmp_path / "a" / "predictions.csv").open() as file:
        rows = [(row["ID"][-9:], row["fold"]) for row in csv.DictReader(file)]
    assert len(set(rows)) == len(dict(rows)) == 14  # songs
    kept = tmp_path / "folds.csv"
    metrics = measure(corpus, tmp_path / "b", folds_file=kept, shots="[]")
    assert metrics["settings"]["folds_file"] == str(kept)
    assert len(kept.read_text().splitlines()) == 1 + 18
    kept.write_text("damaged")
    with pytest.raises(ValueError, match=r"folds\.csv: no column ID"):
        measure(corpus, tmp_path, folds_file=kept, encoder="/no/such/folder")
