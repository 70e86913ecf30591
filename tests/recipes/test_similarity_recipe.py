"""Whose voice is in a mixture, asked as a user does, on a tiny corpus."""

import csv
import json
import shutil

import pytest
from evaluation_recipe import arguments, run

EVALUATE = "recipes/similarity/evaluate.py"
COMPARE = "recipes/similarity/compare.py"
TINY = {
    "corpus_options": "{singers: 6, songs_per_singer: 2, seconds: 1.0}",
    **{"part": "manifest", "clip_seconds": 0.5, "contexts": "[1, 2]"},
    **{"repetitions": 2, "splits": 2, "episodes": 3, "shares": "[0.5]"},
}
WAYS = ["mixtures", "vocals", "vocals by mixtures", "mixtures by vocals"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "mixtures"


def measure(corpus, output, **overrides):
    options = TINY | overrides
    run(EVALUATE, arguments("similarity", corpus, output, **options))
    return json.loads((output / "metrics.json").read_text())


@pytest.fixture(scope="module")
def measured(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("measured")
    return folder, measure(corpus, folder, colours="[sex, album]")


def table_of(folder):
    with (folder / "table.csv").open() as file:
        return list(csv.DictReader(file))


def test_mixtures_and_vocals_are_heard(measured):
    folder, metrics = measured
    assert (metrics["singers"], metrics["tracks"]) == (6, 12)
    assert 18 < metrics["clips"] <= 24  # some are rests
    for way in ("mixtures", "vocals"):
        answer = metrics["identification"][way]
        assert list(answer["contexts"]) == ["1", "2", "track"]
        assert len(answer["contexts"]["1"]["accuracy"]["values"]) == 2
        assert list(answer["shares"]) == ["0.5", "1.0"]
        assert metrics["sex"][way]["singers"] == 6
    ranks = {
        way: own["MNR"]["mean"]
        for way, own in metrics["similarity"]["ways"].items()
    }
    assert list(ranks) == WAYS
    assert len(set(ranks.values())) == 4
    assert metrics["settings"]["contexts"] == [1, 2]
    assert [row["heard"] for row in table_of(folder)] == WAYS
    names = {path.name for path in folder.iterdir()}
    pictures = {"contexts.png", "sex.png", "shares.png"}
    pictures |= {"tsne_mixtures_sex.png", "tsne_vocals_sex.png"}
    assert pictures | {"report.html", "table.md"} <= names
    # There are no albums: it costs the picture
    assert not any("album" in name for name in names)


def test_too_little_is_refused_before_anything_is_encoded(corpus, tmp_path):
    options = {"encoder": "/no/such/folder", "part": "test"}
    with pytest.raises(ValueError, match=r"track_seconds: 0\.1: must be"):
        measure(corpus, tmp_path / "a", **options, track_seconds=0.1)
    with pytest.raises(ValueError, match="more singers or tracks"):
        measure(corpus, tmp_path / "b", **options, test_singers="[singer0001]")


def compare(corpus, output, encoders):
    settings = TINY | {"cache_folder": output.parent / "cache"}
    others = "MFCC statistics: null, spectral features: null, untrained: null"
    settings["encoders"] = f"{{{others}, {encoders}}}"
    line = arguments("compare_similarity", corpus, output, **settings)
    line = [word for word in line if not word.startswith("--encoder=")]
    run(COMPARE, line)
    return table_of(output)


def test_encoders_in_one_table(measured, corpus, tmp_path):
    """One that fails is told; what was measured is not measured again."""
    output = tmp_path / "compared"
    lines = compare(corpus, output, "ours: [mfcc, /no/such/folder]")
    assert [(line["heard"], line["encoder"]) for line in lines] == [
        (way, "ours") for way in WAYS
    ]
    # As measured alone
    alone = table_of(measured[0])
    assert [line["MNR"] for line in lines] == [line["MNR"] for line in alone]
    assert "ours, run 2: FileNotFoundError" in (output / "table.md").read_text()
    metrics = json.loads((output / "metrics.json").read_text())
    assert list(metrics["encoders"]) == ["ours"]
    assert metrics["encoders"]["ours"]["runs"] == 1  # the other one failed
    assert "contexts.png" in {path.name for path in output.iterdir()}
    (cell,) = output.glob("cells/*")
    time = cell.stat().st_mtime_ns
    shutil.rmtree(tmp_path / "cache")
    assert compare(corpus, output, "ours: [mfcc]") == lines
    assert cell.stat().st_mtime_ns == time


def test_nothing_that_could_be_measured(corpus, tmp_path):
    with pytest.raises(RuntimeError, match="nothing could be measured"):
        compare(corpus, tmp_path / "out", "none: /no/such/folder")
