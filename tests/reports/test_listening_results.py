"""Results of a listening test, by hand."""

import csv
import json

import pytest

from speechbrain_singer.evaluation.listening_answers import Answer
from speechbrain_singer.evaluation.listening_key import Key
from speechbrain_singer.reports.listening_results import (
    preference_figures,
    preference_table,
    write_preferences,
)
from speechbrain_singer.reports.results import Results

SIDES = {"q1": ("ours", "mfcc"), "q2": ("mfcc", "ours"), "q3": ("ours", "mfcc")}
KEY = Key(
    "t",
    {
        name: {"query": "=x", "left": "l", "right": "r"}
        | {"left_model": left, "right_model": right}
        for name, (left, right) in SIDES.items()
    },
)


def answer(question, choice, seconds=4.0):
    chosen = KEY.questions[question].get(f"{choice}_model", "")
    return Answer("s", "", "", question, choice, chosen, seconds, 6)


ANSWERS = {
    # ours, ours, ours
    "ann": [
        answer("q1", "left", 1.0),
        answer("q2", "right", 2.0),
        answer("q3", "left", 9.0),
    ],
    # ours, neither, mfcc
    "bob": [
        answer("q1", "left"),
        answer("q2", "no difference"),
        answer("q3", "right"),
    ],
    # mfcc
    "cat": [answer("q2", "left")],
}


def test_figures():
    figures = preference_figures(ANSWERS, KEY)
    assert figures["models"] == ["mfcc", "ours"]
    found = {
        name: (*figures[name]["preferred"], figures[name]["neither"])
        for name in ("answers", "listeners", "questions", "sides")
    }
    assert found == {
        "answers": (2, 4, 1),
        "listeners": (1, 1, 1),
        "questions": (0, 1, 2),
        "sides": (4, 2, 1),
    }
    assert figures["answers"]["share"] == pytest.approx(100 / 3)
    # Two or fewer, or as many the other way, of six
    assert figures["answers"]["p"] == pytest.approx(2 * (1 + 6 + 15) / 64)


def test_files(tmp_path):
    results = Results(tmp_path, "", {"test_folder": "x"})
    text = write_preferences(results, ANSWERS, KEY, ["bad.csv: damaged"])
    assert "Left out: bad.csv: damaged" in text
    assert "| answers | 2 | 4 | 1 | 33.3 (9.7 to 70.0) | 0.69 |" in text
    assert (tmp_path / "table.md").read_text().startswith(text[:60])
    figures = json.loads((tmp_path / "metrics.json").read_text())
    assert figures["refused"] == ["bad.csv: damaged"]
    lines = list(csv.reader((tmp_path / "listeners.csv").open()))
    assert lines[1] == ["ann", "3", "0", "3", "0", "2", "1", "2.0", "6.0"]
    lines = list(csv.reader((tmp_path / "questions.csv").open()))
    assert [line[-3:] for line in lines[1:]] == [
        ["0", "2", "0"],
        ["1", "1", "1"],
        ["1", "1", "0"],
    ]


def test_nobody_hears_a_difference():
    answers = {"ann": [answer("q1", "no difference")]}
    table = preference_table(preference_figures(answers, KEY))
    assert [line[1:] for line in table[1:]] == [["0", "0", "1", "-", "-"]] * 3
