import numpy as np
import pytest

from speechbrain_singer.evaluation.turn_taking import (
    COUNTS,
    Trial,
    best_penalty,
    measure,
)
from speechbrain_singer.segments.division import Division
from speechbrain_singer.segments.segmenter import Heard
from speechbrain_singer.segments.turns import Turn

SPANS = np.array([[0.0, 2.0], [2.0, 4.0], [5.0, 9.0]])


def trial(singers, scatters):
    """Heard: nothing of one singer, ab of two, and abc of three."""
    labels = [[0, 0, 0], [0, 1, 0], [0, 1, 2]]
    divisions = [
        Division(np.array(own), scatter)
        for own, scatter in zip(labels, scatters, strict=True)
    ]
    reference = [
        Turn(*span, name)
        for span, name in zip(SPANS.tolist(), "abc"[:singers] * 3, strict=False)
    ]
    return Trial(singers, reference, Heard(SPANS, divisions, np.zeros(180)))


def test_figures_by_hand():
    # A singer more takes away 4, then 1; and 4, then 0.1
    trials = [trial(2, [10, 6, 5]), trial(2, [10, 6, 5.9]), trial(3, [9, 6, 1])]
    report = measure(trials, penalty=0.5)
    given, unknown = (report["2"][name] for name in COUNTS)
    assert report["2"]["mixtures"] == 2
    assert given["DER"] == given["right_number"] - 100 == 0
    # Of the first three are found: of 8 s four have a singer of their own,
    # and the longer ones are mapped to `a`
    assert unknown["right_number"] == 50
    assert unknown["confusion"] == pytest.approx(100 * (2 / 8 + 0) / 2)
    assert unknown["DER_interval"] == [0, pytest.approx(25)]
    assert report["3"][COUNTS[1]]["right_number"] == 100


def test_the_penalty_is_in_the_middle_of_those_that_count_right():
    # Right: of the first 1 to 4, of the second 0.1 to 4, of the third below 3
    trials = [trial(2, [10, 6, 5]), trial(2, [10, 6, 5.9]), trial(3, [9, 6, 3])]
    penalty, right = best_penalty(trials)
    assert right == 1
    assert penalty == pytest.approx(np.sqrt(1 * 3), rel=0.05)
