import json
import statistics

import pytest

from speechbrain_singer.reports.curves import plot_runs
from speechbrain_singer.reports.runs import read_runs, runs_table


def report(eer, rank):
    return {
        "all_pairs": {"EER": eer, "EER_standardised": eer - 1, "MNR": rank},
        "same_sex": {"EER": eer + 9, "EER_standardised": eer + 8, "MNR": rank},
    }


@pytest.fixture
def results(tmp_path):
    """Two runs of one objective and one of another, as train.py leaves them."""
    runs = {"slow/1": (20.0, 9.0), "slow/2": (23.0, 11.0), "fast/1": (9.0, 2.0)}
    for name, figures in runs.items():
        folder = tmp_path / name
        folder.mkdir(parents=True)
        metrics = {
            "trained": report(*figures),
            "untrained": report(30.0, 20.0),
            "mfcc_statistics": report(33.0, 25.0),
        }
        text = json.dumps({"test": metrics})
        (folder / "metrics.json").write_text(text)
        valid = {"EER": figures[0], "MNR": figures[1], "effective_rank": 7.0}
        records = [{"epoch": e, "valid": valid} for e in (1, 2)]
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "history.jsonl").write_text(lines)
    return tmp_path


def test_mean_and_spread_are_those_of_the_runs(results):
    folders = sorted(results.glob("*/*"))
    table = runs_table(read_runs(folders))
    deviation = statistics.stdev([20.0, 23.0])
    slow = [
        f"{first} ± {deviation:.1f} / {second} ± {deviation:.1f}"
        for first, second in ((21.5, 20.5), (30.5, 29.5))
    ]
    expected = """
MFCC statistics | 2 | 33.0 ± 0.0 / 32.0 ± 0.0 | 42.0 ± 0.0 / 41.0 ± 0.0 | \
25.0 ± 0.0
before training | 2 | 30.0 ± 0.0 / 29.0 ± 0.0 | 39.0 ± 0.0 / 38.0 ± 0.0 | \
20.0 ± 0.0"""
    lines = [" | ".join(line) for line in table]
    assert lines[1:3] == expected.splitlines()[1:]
    assert table[3:] == [
        ["slow", "2", *slow, "10.0 ± 1.4"],
        ["fast", "1", "9.0 / 8.0", "18.0 / 17.0", "2.0"],
    ]


def test_what_not_all_runs_measured_is_left_out(results):
    file = results / "fast" / "1" / "metrics.json"
    metrics = json.loads(file.read_text())
    del metrics["test"]["trained"]["same_sex"]
    file.write_text(json.dumps(metrics))
    table = runs_table(read_runs(sorted(results.glob("*/*"))))
    assert "same sex" not in table[0]


def test_runs_of_two_corpora_are_not_averaged(results):
    for number, recordings in ((1, 90), (2, 176)):
        file = results / "slow" / str(number) / "metrics.json"
        metrics = json.loads(file.read_text())
        metrics["test"]["trained"]["recordings"] = recordings
        file.write_text(json.dumps(metrics))
    with pytest.raises(ValueError, match=r"slow/2/metrics\.json.*176.*90"):
        read_runs(sorted(results.glob("slow/*")))


def test_runs_without_validation_show_their_training(tmp_path):
    train = {"loss": 3.0, "effective_rank": 7.0}
    history = [{"epoch": 1, "train": train, "valid": None}]
    figure = plot_runs({"a": [history]}, tmp_path / "curves.png")
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["training loss", "effective rank in training"]
    points = [axis.lines[-1].get_ydata().tolist() for axis in figure.axes]
    assert points == [[3.0], [7.0]]


def test_what_no_run_validated_has_no_panel(tmp_path):
    history = [{"epoch": 1, "valid": {"effective_rank": 7.0}}]
    figure = plot_runs({"a": [history]}, tmp_path / "curves.png")
    assert [axis.get_title() for axis in figure.axes] == ["effective rank"]


def test_runs_of_nothing_are_drawn_empty(tmp_path):
    history = [{"epoch": 1, "valid": None}]
    figure = plot_runs({"a": [history]}, tmp_path / "curves.png")
    assert all(not axis.lines[0].get_xdata().size for axis in figure.axes)


def test_a_run_that_is_not_finished_is_named(results):
    (results / "slow" / "3").mkdir()
    with pytest.raises(FileNotFoundError, match=r"slow/3/metrics\.json"):
        read_runs(results.glob("slow/*"))


def test_a_run_without_test_singers_is_named(results):
    file = results / "slow" / "1" / "metrics.json"
    file.write_text(json.dumps({"validation": {}}))
    with pytest.raises(ValueError, match=r"slow/1/metrics.json.*test_singers"):
        read_runs(results.glob("slow/*"))
