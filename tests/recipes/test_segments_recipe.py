"""Who sings when, measured as a user does, at a tiny scale."""

import csv
import json

import pytest
from evaluation_recipe import arguments, run

SCRIPT = "recipes/segments/evaluate.py"
CALIBRATION = "{singers: 4, songs_per_singer: 2, seconds: 2.0, seed: 5}"


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Folder of results, and what the log says."""
    folder = tmp_path_factory.mktemp("segments")
    command = arguments(
        *("segments", folder / "corpus", folder / "results"),
        mixtures_of_each=2,
        turns=2,
        voices="[2, 3]",
        calibration_voices="[1, 2]",
        calibration_folder=folder / "calibration",
        calibration_options=CALIBRATION,
    )
    command = [own for own in command if not own.startswith("--cache_folder")]
    run(SCRIPT, command)
    return folder / "results"


def test_figures_and_pictures(measured):
    metrics = json.loads((measured / "metrics.json").read_text())
    assert list(metrics["singers"]) == ["2", "3"]
    assert metrics["penalty"] > 0
    for own in metrics["singers"].values():
        assert own["mixtures"] == 2
        for name in ("number of singers given", "number of singers unknown"):
            figures = own[name]
            low, high = figures["DER_interval"]
            assert 0 <= low <= figures["DER"] <= high
            assert figures["DER"] == pytest.approx(
                sum(figures[k] for k in ("missed", "false_alarm", "confusion"))
            )
    with (measured / "table.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["their number"] for line in lines] == ["given", "unknown"] * 2
    pictures = {path.name for path in measured.glob("*.png")}
    assert pictures == {"turns_2.png", "turns_3.png"}
    assert "<h2>Who sings when</h2>" in (measured / "report.html").read_text()
