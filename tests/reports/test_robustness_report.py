import csv
import json

import pytest

from speechbrain_singer.reports.comparison import plot_comparison
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.robustness import (
    robustness_table,
    write_robustness,
)


def figures(rate, trials=10, same=4):
    interval = [rate - 2, rate + 2]
    counts = {"trials": trials, "same_singer_trials": same}
    return {"EER": rate, "EER_interval": interval} | counts


@pytest.fixture
def reports():
    def report(rate):
        degraded = {"clean": figures(rate), "noise": figures(2 * rate)}
        pitch = {"0 to 2": figures(rate + 1), "over 2": {**COUNTS}}
        return {
            **{"recordings": 5, "singers": 2},
            "conditions": {"all pairs": degraded},
            "pitch": {"all pairs": pitch},
            "sex": {"all pairs": {}},
        }

    return {"ours": report(9.0), "mfcc": report(20.0)}


COUNTS = {"trials": 1234, "same_singer_trials": 0}


def test_a_line_for_each_condition_a_column_for_each_encoder(reports):
    assert robustness_table(reports, "conditions") == [
        ["trials", "recordings", "ours", "mfcc"],
        ["all pairs", "clean", "9.0 (7.0 to 11.0)", "20.0 (18.0 to 22.0)"],
        ["all pairs", "noise", "18.0 (16.0 to 20.0)", "40.0 (38.0 to 42.0)"],
    ]
    assert robustness_table(reports, "pitch", counted=True)[1:] == [
        [
            *("all pairs", "0 to 2", "10.0 (8.0 to 12.0)"),
            *("21.0 (19.0 to 23.0)", "4", "6"),
        ],
        ["all pairs", "over 2", "-", "-", "0", "1,234"],
    ]


def test_all_that_is_left(reports, tmp_path):
    results = Results(tmp_path, "How they hold up", {"seed": 1})
    write_robustness(results, reports, ["gone: no such folder"])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        *("metrics.json", "report.html", "degraded.png", "pitch.png"),
        *("table.md", "table.csv", "table.tex"),
    }
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["encoders"] == reports
    with (tmp_path / "table.csv").open() as file:
        assert list(csv.reader(file)) == robustness_table(reports, "conditions")
    page = (tmp_path / "report.html").read_text()
    assert "Degraded recordings" in page and "Distance in pitch" in page
    assert "By sex" not in page  # nothing is known of it
    assert "Not measured: gone: no such folder." in page
    assert page.count("<img") == 2


def test_a_case_without_figures_has_its_line(tmp_path):
    """The last one here, which would else be on the picture's edge."""
    cells = {
        ("all pairs", "0 to 2"): {"conditions": {"ours": figures(9.0)}},
        ("all pairs", "over 2"): {"conditions": {}},
    }
    (axis,) = plot_comparison(cells, tmp_path / "a.png").axes
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert names == ["0 to 2", "over 2"]
    low, high = axis.get_ylim()
    assert high < 0 and low > 1
