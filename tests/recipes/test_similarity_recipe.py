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
    options = {"encoder": "/no/such/folder", "track_seconds": 0.5}
    with pytest.raises(FileNotFoundError, match="no such folder"):
        measure(corpus, tmp_path / "a", **options)
    with pytest.raises(ValueError, match=r"track_seconds: 0\.1: must be"):
        measure(corpus, tmp_path / "b", **options | {"track_seconds": 0.1})
    options["part"] = "test"
    with pytest.raises(ValueError, match="more singers or tracks"):
        measure(corpus, tmp_path / "c", **options, test_singers="[singer0001]")


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
    encoders = "twice: [mfcc, mfcc], none: /no/such/folder"
    lines = compare(corpus, output, encoders)
    assert [(line["heard"], line["encoder"]) for line in lines] == [
        (way, "twice") for way in WAYS
    ]
    # Of two equal runs the mean is that of one alone, without spread
    mean, _, spread = lines[0]["MNR"].partition(" ± ")
    (alone, *_) = table_of(measured[0])
    assert (mean, spread) == (alone["MNR"].split(" ")[0], "0.0")
    assert "none, run 1: FileNotFoundError" in (output / "table.md").read_text()
    metrics = json.loads((output / "metrics.json").read_text())
    assert list(metrics["encoders"]) == ["twice"]
    assert "contexts.png" in {path.name for path in output.iterdir()}
    cells = {path: path.stat().st_mtime_ns for path in output.glob("cells/*")}
    assert len(cells) == 2
    shutil.rmtree(tmp_path / "cache")
    again = compare(corpus, output, "twice: mfcc")
    assert again[0]["MNR"] == alone["MNR"]
    assert cells == {path: path.stat().st_mtime_ns for path in cells}


def test_nothing_that_could_be_measured(corpus, tmp_path):
    with pytest.raises(RuntimeError, match="nothing could be measured"):
        compare(corpus, tmp_path / "out", "none: /no/such/folder")
