"""Results of a listening test, by hand."""

import csv
import json
from dataclasses import replace

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


def answer(question, choice, seconds=4.0, confidence=""):
    chosen = KEY.questions[question].get(f"{choice}_model", "")
    return Answer("s", "", "", question, choice, chosen, seconds, 6, confidence)


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
    # Listeners are off the share by -1, 1/3 and 2/3; questions by 1/3, 0 and
    # -1/3; and answers by 4 of 1/9 and 2 of 4/9
    variance = 3 / 2 * (1 + 1 / 9 + 4 / 9)
    variance = max(variance, variance + 3 / 2 * 2 / 9 - 12 / 9)
    assert figures["answers"]["independent"] == pytest.approx(8 / variance)
    assert figures["listeners"]["p"] == 1
    # No more alike than independent ones: listeners are off by 0, -1/3 and
    # 1/3, questions by 2/3 and twice -1/3
    assert figures["sides"]["share"] == pytest.approx(400 / 6)
    assert figures["sides"]["independent"] == pytest.approx(6)


def test_files(tmp_path):
    results = Results(tmp_path, "", {"test_folder": "x"})
    text = write_preferences(results, ANSWERS, KEY, ["bad.csv: damaged"])
    assert "Left out: bad.csv: damaged" in text
    assert "| answers | 2 | 4 | 1 | 33.3 (" in text
    assert "prefer one: 6, worth as much as 3.4 independent ones" in text
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


def test_by_confidence():
    answers = {
        "ann": [answer("q1", "left", confidence="guessing")],
        "bob": [
            answer("q1", "right", confidence="certain"),
            answer("q2", "no difference", confidence="certain"),
            answer("q3", "right"),
        ],
    }
    figures = preference_figures(answers, KEY)
    assert list(figures["confidences"]) == ["certain", "guessing"]
    lines = [line[:4] for line in preference_table(figures)[1:4]]
    assert lines == [
        ["answers", "2", "1", "1"],
        ["answers: certain", "1", "0", "1"],
        ["answers: guessing", "0", "1", "0"],
    ]


def test_a_code_of_several_listeners_is_told(tmp_path):
    answers = {
        f"P {session}": [replace(answer("q1", "left"), participant="P")]
        for session in "ab"
    }
    answers["c"] = [answer("q1", "left")]
    text = write_preferences(Results(tmp_path, "", {}), answers, KEY, [])
    assert "The code P came 2 times" in text and text.count("code") == 1


def test_nobody_hears_a_difference():
    answers = {"ann": [answer("q1", "no difference")]}
    table = preference_table(preference_figures(answers, KEY))
    assert [line[1:] for line in table[1:]] == [["0", "0", "1", "-", "-"]] * 3
