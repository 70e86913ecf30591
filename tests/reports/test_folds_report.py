import csv
import json

import pytest

from speechbrain_singer.reports.folds import (
    folds_line,
    folds_table,
    write_folds,
)
from speechbrain_singer.reports.folds_plot import plot_folds
from speechbrain_singer.reports.results import Results


def outcome(fold, test, shared=3, **more):
    return {
        "fold": fold,
        "train": {"window": 90.0, "recording": 100.0},
        "test": {"window": test, "recording": test + 10},
        "shared_songs": {
            **{"recordings": 5, "known": 4},
            **{"shared": shared, "shared_by_singer": 1},
        },
        **more,
    }


OF_NETWORK = {
    "best_epoch": 50,
    "parameters": 5914862,
    "chance": {"window": 3.0, "recording": 2.0},
}


def test_mean_and_deviation_stand_above_the_folds():
    network = [outcome(f, t, **OF_NETWORK) for f, t in ((0, 40.0), (1, 44.0))]
    heads, mean, *folds = folds_table({"recording": network})
    assert heads == [
        *("", "folds", "train, window", "test, window"),
        *("train, recording", "test, recording"),
        *("chance, window", "chance, recording", "best epoch", "parameters"),
    ]
    # The deviation of 40 and 44 is the root of 8
    assert mean == [
        *("folds by recording", "2", "90.0 ± 0.0", "42.0 ± 2.8"),
        *("100.0 ± 0.0", "52.0 ± 2.8", "3.0 ± 0.0", "2.0 ± 0.0"),
        *("50.0 ± 0.0", "5,914,862"),
    ]
    assert [line[:4] for line in folds] == [
        ["recording", "fold 0", "90.0", "40.0"],
        ["recording", "fold 1", "90.0", "44.0"],
    ]
    assert folds_line(network) == mean[2:]


def test_an_svm_has_no_epochs():
    heads, mean, _ = folds_table({"recording": [outcome(0, 40.0)]})
    assert heads[-1] == "test, recording"
    assert mean[1:] == ["1", "90.0", "40.0", "100.0", "50.0"]


@pytest.mark.usefixtures("nothing_is_drawn")
def test_leaves_everything_behind(tmp_path):
    groups = {
        "recording": [outcome(2, 44.0, folds=4), outcome(0, 40.0, folds=4)],
        "song": [outcome(0, 20.0, shared=0, folds=1)],
    }
    write_folds(Results(tmp_path, "SVM", {"corpus": "c"}), groups)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    by_recording = metrics["recording"]
    assert by_recording["test"]["window"]["values"] == [40, 44]
    assert (by_recording["folds"], by_recording["of"]) == (2, 4)
    assert by_recording["shared_songs"]["shared"] == 6
    assert [each["fold"] for each in by_recording["outcomes"]] == [0, 2]
    with (tmp_path / "table.csv").open(newline="") as file:
        assert [line[:2] for line in csv.reader(file)][1:] == [
            *(["folds by recording", "2"], ["folds by song", "1"]),
            *(["recording", "fold 0"], ["recording", "fold 2"]),
            ["song", "fold 0"],
        ]
    page = (tmp_path / "report.html").read_text()
    assert "2 of 4 folds are there, without 1, 3." in page
    assert "6 of 8 tested recordings are of a song that somebody" in page
    assert "Folds by song: 1 of 1 folds are there. 0 of 4 tested" in page
    assert page.count("<img") == 1
    assert "6 of 8 tested recordings" in (tmp_path / "table.md").read_text()


@pytest.mark.usefixtures("nothing_is_drawn")
def test_a_group_that_has_not_begun_is_said(tmp_path):
    groups = {"recording": [outcome(0, 40.0, folds=2)], "song": []}
    results = Results(tmp_path, "network", {})
    write_folds(results, groups)
    text = (tmp_path / "table.md").read_text()
    assert "1 of 2 folds are there, without 1." in text
    assert "Folds by song: none is there." in text
    assert "| folds by song | 0 | - |" in text
    with pytest.raises(ValueError, match="no fold has an outcome"):
        write_folds(results, {"recording": []})


@pytest.mark.usefixtures("nothing_is_drawn")
def test_songs_that_are_not_known_are_no_zero(tmp_path):
    unknown = outcome(0, 40.0)
    unknown.pop("shared_songs")
    write_folds(Results(tmp_path, "network", {}), {"recording": [unknown]})
    assert "no songs are known" in (tmp_path / "table.md").read_text()


def test_lines_are_the_accuracies(tmp_path):
    chance = {"window": 3.0, "recording": 2.0}
    outcomes = [outcome(1, 44.0, chance=chance), outcome(0, 40.0)]
    groups = {"recording": outcomes, "song": outcomes[:1]}
    first, second = plot_folds(groups, tmp_path / "a.png").axes
    lines = {line.get_label(): line.get_ydata() for line in first.lines}
    assert list(lines["test, window"]) == [40, 44]
    assert list(lines["test, recording"]) == [50, 54]
    assert list(lines["train, window"]) == [90, 90]
    assert list(lines["chance, recording"]) == [2]
    assert list(second.lines[1].get_xdata()) == [1]


def test_the_legend_is_whole(tmp_path):
    figure = plot_folds({"song": [outcome(0, 40.0)]}, tmp_path / "a.png")
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.width
