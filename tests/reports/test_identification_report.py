import csv
import json

import pytest
from planted import embed, singing

from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.few_shot import FewShot
from speechbrain_singer.evaluation.identification import identification_report
from speechbrain_singer.reports import identification as module
from speechbrain_singer.reports.identification import write_identification
from speechbrain_singer.reports.results import Results

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")

SETTINGS = {"encoder": object(), "corpus": "c", "clip_seconds": None}


def write(folder, rows, shots):
    report, predictions = identification_report(
        *(embed(rows, "singer"), rows, CrossValidation(Folds(3))),
        FewShot(shots, draws=2),
        progressbar=False,
    )
    results = Results(folder, "mine on c: identification", SETTINGS)
    write_identification(results, report, predictions, rows)
    return report, predictions


def test_leaves_everything_behind(tmp_path):
    report, predictions = write(tmp_path, singing(3, 3, 2), [1, 2, 5])
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["probes"] == report["probes"]
    assert metrics["settings"]["corpus"] == "c"
    assert metrics["settings"]["encoder"] == "object"
    with (tmp_path / "predictions.csv").open() as file:
        written = list(csv.DictReader(file))
    linear = [row["predicted"] for row in written if row["probe"] == "linear"]
    taken = predictions["linear"].scores.argmax(axis=1)
    assert linear == [predictions["linear"].names[best] for best in taken]
    assert len(written) == 3 * len(linear)
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


def test_the_former_results_stay_until_the_new_stand(tmp_path, monkeypatch):
    write(tmp_path, singing(3, 3, 2), [1, 2])
    page = (tmp_path / "report.html").read_text()
    monkeypatch.setattr(Results, "write", None)
    with pytest.raises(TypeError):
        write(tmp_path, singing(3, 3, 1), [])
    assert (tmp_path / "report.html").read_text() == page
    assert (tmp_path / "few_shot.png").exists()


def test_whole_recordings_without_curves(tmp_path):
    (tmp_path / "few_shot.png").touch()  # of an earlier run
    write(tmp_path, singing(3, 3, 1), [])
    assert not (tmp_path / "few_shot.png").exists()
    page = (tmp_path / "report.html").read_text()
    assert "Whole recordings" not in page
    assert "few clips" not in page


def test_figures_are_there_before_anything_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "write_csv", None)
    with pytest.raises(TypeError):
        write(tmp_path, singing(3, 3, 1), [])
    assert "probes" in json.loads((tmp_path / "metrics.json").read_text())
