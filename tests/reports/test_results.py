import json
import os
from functools import partial

import pytest
from matplotlib.figure import Figure

from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.results import Results, to_json


def test_what_an_earlier_run_left_is_removed_once_all_is_new(tmp_path):
    for name in ("a.png", "b.png", "list.txt", "mine.csv", "metrics.json"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, ns=(0, 0))
    results = Results(tmp_path, "title", {})
    results.save({})
    draw = partial(Figure.savefig, Figure())
    assert (tmp_path / "b.png").exists()
    results.write([], {"New": ("a.png", draw)})
    results.remove_former(["*.png", "*.txt"], keep=tmp_path / "list.txt")
    left = {path.name for path in tmp_path.iterdir()}
    new = {"a.png", "metrics.json", "report.html"}
    assert left == {"list.txt", "mine.csv", *new}


def test_settings_stand_with_the_figures(tmp_path):
    settings = {"encoder": object(), "clip_seconds": None, "same": ["sex"]}
    results = Results(tmp_path, "title", settings)
    results.save({"EER": 9.5})
    results.write([Section("Errors")], {})
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    said = {"encoder": "object", "clip_seconds": None, "same": ["sex"]}
    assert metrics == {"settings": said, "EER": 9.5}
    page = (tmp_path / "report.html").read_text()
    assert "encoder: object" in page and "clip_seconds: None" in page


def test_a_picture_that_fails_costs_no_other(tmp_path, caplog):
    def fail(path):
        raise ValueError("nothing to see")

    draw = partial(Figure.savefig, Figure())
    pictures = {"Bad": ("bad.png", fail), "Good": ("good.png", draw)}
    Results(tmp_path, "title", {}).write([], pictures)
    page = (tmp_path / "report.html").read_text()
    assert page.count("<img") == 1 and "Good" in page and "Bad" not in page
    assert "bad.png is not drawn: ValueError('nothing to see')" in caplog.text


def test_a_section_that_fails_costs_no_other(tmp_path, caplog):
    def fail():
        raise ValueError("three recordings")

    more = {"space": fail, "text": lambda: Section("Good")}
    Results(tmp_path, "title", {}).write([Section("First")], {}, more)
    page = (tmp_path / "report.html").read_text()
    assert page.index("First") < page.index("Good") < page.index("Settings")
    assert "The page is without space: ValueError('three" in caplog.text


@pytest.mark.parametrize(
    "value",
    [
        {"a": [[1, 2], [], [3.5]], "b": {"c": []}},
        {"names": ["a ]", "[ b", "c, {d}", "e\nf"], "n": None},
    ],
)
def test_json_is_only_laid_out_anew(value):
    assert json.loads(to_json(value)) == value
