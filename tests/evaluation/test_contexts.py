"""Groups of neighbouring clips, and what they are taken for."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from speechbrain_singer.evaluation.contexts import (
    check_contexts,
    context_figures,
    context_groups,
    over_repetitions,
)


def test_groups_do_not_overlap_and_stay_within_a_track():
    tracks = np.array([4, 4, 4, 4, 4, 7, 2, 2])
    groups = {n: context_groups(tracks, n).tolist() for n in (1, 2, 5, 6)}
    # Track 2 is numbered first
    assert groups[1] == [2, 3, 4, 5, 6, 7, 0, 1]
    assert groups[2] == [1, 1, 2, 2, -1, -1, 0, 0]
    assert groups[5] == [0, 0, 0, 0, 0, -1, -1, -1]
    assert groups[6] == [-1] * 8


def test_clips_of_a_track_that_are_apart():
    tracks = np.array([0, 1, 0, 1, 0])
    assert context_groups(tracks, 2).tolist() == [0, 1, 0, 1, -1]


def test_mean_probabilities_by_hand():
    labels = np.array([0, 0, 0, 1, 1, 2])
    tracks = np.array([0, 0, 0, 1, 1, 2])
    probabilities = np.array(
        [
            [0.6, 0.4, 0.0],
            [0.1, 0.9, 0.0],  # with the first: 0.35 to 0.65, wrong
            [0.9, 0.1, 0.0],  # all three: 1.6 to 1.4, right
            [0.0, 0.4, 0.6],
            [0.3, 0.7, 0.0],  # both: 0.55 to 0.3, right
            [0.5, 0.2, 0.3],
        ]
    )
    figures = context_figures(
        list("abc"), labels, tracks, probabilities, [9, 2, 1, 3]
    )
    accuracy = {name: own["accuracy"] for name, own in figures.items()}
    assert list(accuracy) == ["1", "2", "3", "track"]
    assert accuracy["1"] == pytest.approx(100 * 3 / 6)
    assert accuracy["2"] == pytest.approx(100 * 1 / 2)
    assert accuracy["3"] == 100
    assert accuracy["track"] == pytest.approx(100 * 2 / 3)
    best = probabilities.argmax(axis=1)
    expected = f1_score(labels, best, average="macro")
    assert figures["1"]["macro_f1"] == pytest.approx(100 * expected)


def test_a_context_that_some_repetitions_lack():
    measured = [
        {"1": {"accuracy": 10.0}, "5": {"accuracy": 50.0}},
        {"1": {"accuracy": 20.0}},
    ]
    figures = over_repetitions(measured)
    assert figures["1"]["accuracy"]["mean"] == 15
    assert figures["1"]["accuracy"]["spread"] == pytest.approx(50**0.5)
    assert figures["5"]["accuracy"]["values"] == [50.0]


def test_tracks_come_last_whichever_repetition_lacks_a_context():
    one = {"accuracy": 10.0}
    lacking, whole = {"1": one, "track": one}, {"1": one, "5": one}
    figures = over_repetitions([lacking, whole | {"track": one}])
    assert list(figures) == ["1", "5", "track"]


@pytest.mark.parametrize("contexts", [[0], [1.5], "1", 5, [True]])
def test_contexts_that_are_none_are_refused(contexts):
    with pytest.raises(ValueError, match="contexts"):
        check_contexts(contexts)
