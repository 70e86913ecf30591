"""What a verification writes, and what it takes away."""

import csv
import dataclasses
import json

import numpy as np
import pytest
import torch

from speechbrain_singer.evaluation.scored_trials import ScoredTrials
from speechbrain_singer.reports import verification as module
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.verification import write_verification
from speechbrain_singer.scoring import Cosine
from speechbrain_singer.trials import all_pairs

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")

ROWS = [
    {"ID": f"{s}{k}", "singer": s, "song": str(k), "sex": "fm"[s > "b"]}
    for s in "abcd"
    for k in range(4)
]
SETTINGS = {"seed": 1234, "background_folder": "/audio/others"}


@pytest.fixture
def write(tmp_path):
    """Verifies and writes into a folder; returns the scored trials."""
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(len(ROWS), 8, generator=generator)
    trials = all_pairs(ROWS)
    scores = Cosine().score(embeddings, trials)
    scored = ScoredTrials(embeddings, ROWS, trials, scores)

    def written(kind="all_pairs", colours=("singer",)):
        results = Results(tmp_path, "ours on made up", SETTINGS)
        figures = scored.figures(replicates=0)
        write_verification(results, scored, figures, kind, colours)
        return scored

    return written


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_scores_can_be_told_apart(write, tmp_path):
    scores = write().scores
    with (tmp_path / "scores.csv").open() as file:
        read = [float(line["score"]) for line in csv.DictReader(file)]
    assert read == pytest.approx(scores, rel=1e-8)


def test_very_many_scores_are_arrays(write, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_LINES", 10)
    scored = write()
    trials, scores = scored.trials, scored.scores
    assert not (tmp_path / "scores.csv").exists()
    with np.load(tmp_path / "scores.npz") as arrays:
        assert arrays["scores"].tolist() == scores.tolist()
        assert arrays["IDs"].tolist() == [row["ID"] for row in ROWS]
        for name in ("first", "second", "labels"):
            expected = getattr(trials, name).tolist()
            assert arrays[name].tolist() == expected


def test_the_background_set_is_said(write, tmp_path):
    write()
    settings = json.loads((tmp_path / "metrics.json").read_text())["settings"]
    assert settings == SETTINGS
    page = (tmp_path / "report.html").read_text()
    assert "background_folder: /audio/others" in page


def test_an_earlier_run_leaves_nothing(write, tmp_path, monkeypatch):
    for name in ("mine.png", "scores.xlsx"):
        (tmp_path / name).write_text("not of this recipe")
    write("balanced", colours=("singer", "sex"))
    assert {"trials.txt", "scores.csv", "tsne_sex.png"} < set(
        names_in(tmp_path)
    )
    monkeypatch.setattr(module, "MAX_LINES", 10)
    write()
    assert names_in(tmp_path) == [
        *("det.png", "metrics.json", "mine.png", "report.html"),
        *("scores.npz", "scores.png", "scores.xlsx"),
        *("similarity.png", "tsne_singer.png"),
    ]


def test_the_list_that_is_measured_stays(write, tmp_path):
    write("balanced")
    drawn = (tmp_path / "trials.txt").read_text()
    write(str(tmp_path / "trials.txt"))
    assert (tmp_path / "trials.txt").read_text() == drawn


def test_the_former_results_stay_until_the_new_stand(
    write, tmp_path, monkeypatch
):
    """A full disk after the scores, say."""
    write("balanced", colours=("singer", "sex"))
    former = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    monkeypatch.setattr(Results, "write", None)
    with pytest.raises(TypeError):
        write()
    left = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert left.keys() == former.keys()
    for name in ("report.html", "trials.txt", "tsne_sex.png", "det.png"):
        assert left[name] == former[name]


@pytest.mark.parametrize("row", [{"ID": "a\n0"}, {"ID": "a\r0"}])
def test_names_that_no_list_holds_cost_the_list_only(
    tmp_path, caplog, row, write
):
    write("balanced")
    rows = [ROWS[0] | row, *ROWS[1:]]
    trials, embeddings = all_pairs(rows), torch.randn(len(rows), 8)
    scores = Cosine().score(embeddings, trials)
    scored = ScoredTrials(embeddings, rows, trials, scores)
    figures = scored.figures(replicates=0)
    results = Results(tmp_path, "odd", SETTINGS)
    write_verification(results, scored, figures, "balanced")
    assert "trials.txt is left out: the ID 'a" in caplog.text
    assert {"report.html", "metrics.json"} < set(names_in(tmp_path))
    assert "trials.txt" not in names_in(tmp_path)
    with (tmp_path / "scores.csv").open(newline="") as file:
        first = {line["first"] for line in csv.DictReader(file)}
    assert row["ID"] in first


def test_only_lists_are_searched_for_flaws(write, tmp_path, monkeypatch):
    write("my list.txt")
    page = (tmp_path / "report.html").read_text()
    assert "Trials: my list.txt, no flaws." in page
    monkeypatch.setattr(module, "find_flaws", None)
    write()
    assert "Trials: all_pairs." in (tmp_path / "report.html").read_text()


def test_figures_are_there_before_anything_fails(write, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "write_trials", None)
    with pytest.raises(TypeError):
        write("balanced")
    assert "EER" in json.loads((tmp_path / "metrics.json").read_text())


@pytest.mark.parametrize(
    "distance, metric, score",
    [
        (True, "euclidean", "Minus mean squared distance between singers"),
        (False, "cosine", "Mean cosine between singers"),
    ],
)
def test_pictures_are_of_what_recordings_are_compared_by(
    write, tmp_path, monkeypatch, distance, metric, score
):
    scored = dataclasses.replace(write(), distance=distance)
    pictures = module._pictures(scored, 0.0, ("singer",))
    asked = []
    monkeypatch.setattr(module, "tsne", lambda _, by: asked.append(by))
    monkeypatch.setattr(module, "plot_tsne", lambda *_: None)
    pictures["Recordings in the plane, coloured by singer"][1](tmp_path)
    assert asked == [metric]
    assert pictures[score][1].keywords == {"distance": distance}
