import json

import numpy as np

from speechbrain_singer.evaluation.turn_taking import Trial, measure
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.turn_taking import write_turn_taking
from speechbrain_singer.segments.division import Division
from speechbrain_singer.segments.segmenter import Heard
from speechbrain_singer.segments.turns import Turn

SPANS = np.array([[0.0, 2.0], [2.0, 4.0]])


def test_figures_are_those_of_the_report_and_stand_on_the_page(tmp_path):
    labels = np.array([0, 0]), np.array([0, 1])
    divisions = [Division(own, 2.0 - own.max()) for own in labels]
    heard = Heard(SPANS, divisions, np.full(80, -20.0))
    reference = [Turn(0.0, 2.0, "ann"), Turn(2.0, 4.0, "bob")]
    trials = [Trial(2, reference, heard)]
    report = measure(trials, penalty=3.0)
    results = Results(tmp_path, "Turns", {"seed": 1})
    write_turn_taking(results, report, trials, 3.0)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert (metrics["penalty"], metrics["singers"]) == (3.0, report)
    lines = (tmp_path / "table.csv").read_text().splitlines()
    # One singer is found where two take 2 s each: half is confused
    assert lines[1].split(",")[:3] == ["2", "given", "0.0 (0.0 to 0.0)"]
    assert lines[2].split(",")[1:5] == [
        "unknown",
        *["50.0 (50.0 to 50.0)"] * 2,
        "0.0 (0.0 to 0.0)",
    ]
    page = (tmp_path / "report.html").read_text()
    assert "50.0 (50.0 to 50.0)" in page
    assert "The first mixture of 2 singers" in page
    assert (tmp_path / "turns_2.png").is_file()
