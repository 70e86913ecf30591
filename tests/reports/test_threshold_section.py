import json

import numpy as np
import pytest
import torch

from speechbrain_singer.evaluation.scored_trials import ScoredTrials
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.reports.threshold import (
    threshold_data,
    threshold_section,
)
from speechbrain_singer.trials import Trials


def draw(trials, decimals=6):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, trials)
    return np.round(rng.normal(labels * 1.5, 1.0), decimals), labels


@pytest.mark.parametrize("decimals", [1, 6])
def test_counts_are_those_by_hand_at_every_step(decimals):
    scores, labels = draw(300, decimals)
    marks = {"own": 0.7, "outside": 99.0}
    points = operating_points(scores, labels)
    data = threshold_data(points, scores, labels, marks)
    same, others = scores[labels == 1], scores[labels == 0]
    assert data["positives"] == len(same) and data["negatives"] == len(others)
    for at, threshold in enumerate(data["thresholds"]):
        assert data["rejected"][at] == (same <= threshold).sum()
        assert data["refused"][at] == (others <= threshold).sum()
    assert data["rejected"][0] == data["refused"][0] == 0
    assert data["rejected"][-1] == len(same)
    assert data["refused"][-1] == len(others)
    assert np.all(np.diff(data["thresholds"]) > 0)
    named = {own["name"]: own["at"] for own in data["marks"]}
    found = {name: data["thresholds"][at] for name, at in named.items()}
    assert found == marks and data["start"] == named["own"]


def test_the_histogram_has_all_trials():
    scores, labels = draw(300)
    points = operating_points(scores, labels)
    data = threshold_data(points, scores, labels, {"own": 0.7})["histogram"]
    edges = np.linspace(data["first"], data["last"], len(data["same"]) + 1)
    for name, label in (("same", 1), ("other", 0)):
        own = scores[labels == label]
        below = [(own < edge).sum() for edge in edges[1:-1]]
        assert np.cumsum(data[name]).tolist() == [*below, len(own)]


def test_equal_scores_are_one_bin_and_one_step():
    scores, labels = np.zeros(4), np.array([1, 1, 0, 0])
    points = operating_points(scores, labels)
    data = threshold_data(points, scores, labels, {"equal errors": 0.0})
    assert sum(data["histogram"]["same"]) == 2
    assert set(data["rejected"]) == {0, 2}


def test_a_million_trials_take_no_more_room_than_few():
    sizes = []
    for trials in (2_000, 1_000_000):
        scores, labels = draw(trials)
        points = operating_points(scores, labels)
        data = threshold_data(points, scores, labels, {"own": 0.7})
        sizes.append(len(json.dumps(data)))
    assert max(sizes) < 40_000


def test_the_marks_stand_in_a_table():
    scores = np.array([0.9, 0.6, 0.4, 0.5, 0.3, 0.1, 0.2, 0.0])
    labels = np.array([1, 1, 1, 0, 0, 0, 0, 0])
    rows = [{"ID": str(n), "singer": "s"} for n in range(8)]
    pairs = np.arange(8)
    trials = Trials(pairs, pairs[::-1], labels)
    scored = ScoredTrials(torch.eye(8), rows, trials, scores)
    figures = {"EER_threshold": 0.4, "threshold": 0.45}
    section = threshold_section(scored, figures)
    first, second = section.table[1:]
    # One of three is not above it, one of five others is, and three in all
    rates = ["33.33", "20.00", "37.50"]
    assert first == ["encoder's own", "0.45", *rates]
    assert second == ["equal errors", "0.4", *rates]
    assert section.widgets["threshold"]["marks"][0]["name"] == "encoder's own"
