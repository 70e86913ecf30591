import csv
import json

import pytest
from planted import embed, singing

from speechbrain_singer.evaluation.identification import identification_report
from speechbrain_singer.reports.identification import (
    to_json,
    write_results,
)

HPARAMS = {
    **{"encoder": object(), "name": "mine", "corpus": "c", "part": "train"},
    **{"clip_seconds": None, "group_by": "recording", "folds": 3, "seed": 0},
    **{"skip_single": False, "shots": [1, 2], "draws": 2},
}


def write(folder, rows, **options):
    report, predictions = identification_report(
        embed(rows, "singer"), rows, folds=3, progressbar=False, **options
    )
    write_results(report, predictions, HPARAMS | {"output_folder": folder})
    return report, predictions


def test_leaves_everything_behind(tmp_path):
    report, predictions = write(tmp_path, singing(3, 3, 2), draws=2)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["probes"] == report["probes"]
    assert metrics["settings"]["corpus"] == "c"
    assert metrics["settings"]["encoder"] == "object"
    with (tmp_path / "predictions.csv").open() as file:
        written = list(csv.DictReader(file))
    assert [row["predicted"] for row in written] == [
        row["predicted"] for row in predictions
    ]
    pictures = {path.name for path in tmp_path.glob("*.png")}
    assert pictures == {
        *("confusion_linear.png", "confusion_knn.png"),
        *("confusion_centroid.png", "few_shot.png"),
    }
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == 4
    assert "mine on c: identification" in page
    # 3 probes, with recordings too; then song effect and few clips
    assert page.count("linear probe</td>") == 3
    assert "fewer than two songs stand with several singers" in page


def test_whole_recordings_without_curves(tmp_path):
    write(tmp_path, singing(3, 3, 1), shots=[])
    assert not (tmp_path / "few_shot.png").exists()
    page = (tmp_path / "report.html").read_text()
    assert "Whole recordings" not in page
    assert "few clips" not in page


@pytest.mark.parametrize(
    "value",
    [
        {"a": [[1, 2], [], [3.5]], "b": {"c": []}},
        {"names": ["a ]", "[ b", "c, {d}", "e\nf"], "n": None},
    ],
)
def test_json_is_only_laid_out_anew(value):
    assert json.loads(to_json(value)) == value
