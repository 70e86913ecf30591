"""The SVM baseline as a user runs it, on a tiny corpus."""

import json

import pytest
from evaluation_recipe import arguments, run

SCRIPT = "recipes/supervised/svm.py"
OPTIONS = {
    "corpus_options": "{singers: 3, songs: 3, seconds: 1.5}",
    "encoder": "spectral",
    "window_frames": 40,
    "window_hop": 10,
    "folds": 3,
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "synthetic"


def command(folder, output, **overrides):
    return arguments("singer_svm", folder, output, **(OPTIONS | overrides))


def test_all_folds_by_recording_and_by_song(corpus, tmp_path):
    run(SCRIPT, command(corpus, tmp_path, group_by="recording, song"))
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    for by in ("recording", "song"):
        assert (metrics[by]["folds"], metrics[by]["of"]) == (3, 3)
        assert 0 <= metrics[by]["test"]["window"]["mean"] <= 100
        assert metrics[by]["train"]["recording"]["mean"] > 50
        # Everybody sings all three songs
        assert metrics[by]["shared_songs"]["known"] == 9
    assert metrics["song"]["shared_songs"]["shared"] == 0
    assert metrics["settings"]["group_by"] == "recording, song"
    names = {"report.html", "table.md", "folds.png", "log.txt"}
    assert names <= {path.name for path in tmp_path.iterdir()}


def test_what_cannot_be_is_said_before_anything_is_encoded(corpus, tmp_path):
    options = {"encoder": "/no/such/folder"}
    with pytest.raises(ValueError, match="set folds to a number from 2"):
        run(SCRIPT, command(corpus, tmp_path, group_by="song", folds=4))
    with pytest.raises(ValueError, match="ask for shorter windows"):
        run(SCRIPT, command(corpus, tmp_path, window_frames=256, **options))
