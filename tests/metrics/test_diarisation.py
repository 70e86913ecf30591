"""Against pyannote.metrics, and by hand."""

import numpy as np
import pytest

from speechbrain_singer.metrics.diarisation import (
    boundary_figures,
    evaluate,
    validate,
)

REFERENCE = [(0, 4, "ann"), (4, 8, "bob"), (9, 10, "ann")]


def test_by_hand():
    # 4 to 5 confused, 7 to 8 missed, 10 to 10.5 a false alarm; 9 s are sung
    found = [(0, 5, "x"), (5, 7, "y"), (9, 10.5, "x")]
    figures = evaluate(found, REFERENCE)
    assert figures["missed"] == pytest.approx(1 / 9)
    assert figures["false_alarm"] == pytest.approx(0.5 / 9)
    assert figures["confusion"] == pytest.approx(1 / 9)
    assert figures["DER"] == pytest.approx(2.5 / 9)
    assert figures["singers"] == 2


def test_a_collar_takes_time_out_on_both_sides():
    # 0.5 s around 0, 4, 8, 9 and 10: 3 + 3 s are left, 4.5 to 5 confused
    figures = evaluate([(0, 5, "x"), (5, 10, "y")], REFERENCE, collar=0.5)
    assert figures["confusion"] == pytest.approx(0.5 / 6)
    assert figures["missed"] == figures["false_alarm"] == 0


def test_names_mean_nothing_and_are_mapped_one_to_one():
    renamed = [(start, stop, name[::-1]) for start, stop, name in REFERENCE]
    assert evaluate(renamed, REFERENCE)["DER"] == 0
    everybody_one = [(0, 8, "x"), (9, 10, "x")]
    assert evaluate(everybody_one, REFERENCE)["DER"] == pytest.approx(4 / 9)


def test_nobody_found_and_nobody_there():
    assert evaluate([], REFERENCE)["missed"] == 1
    with pytest.raises(ValueError, match="nothing is sung"):
        evaluate(REFERENCE, [])


def test_turns_that_cannot_be():
    with pytest.raises(ValueError, match=r"1 turns cannot be.*\(2, 1, 'a'\)"):
        validate([(0, 1, "a"), (2, 1, "a")])
    with pytest.raises(ValueError, match="1 turns cannot be"):
        validate([(0, float("nan"), "a")])


def random_turns(rng, singers, overlap):
    turns, time = [], 0.0
    for _ in range(12):
        start = max(0.0, time + rng.uniform(-overlap, 1.0))
        time = start + rng.uniform(0.5, 4.0)
        turns.append((start, time, f"s{rng.integers(singers)}"))
    return turns


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("collar", [0.0, 0.25])
@pytest.mark.parametrize("overlap", [0.0, 1.5])
def test_as_pyannote(seed, collar, overlap):
    core = pytest.importorskip("pyannote.core")
    diarization = pytest.importorskip("pyannote.metrics.diarization")

    def annotation(turns):
        own = core.Annotation()
        for track, (start, stop, name) in enumerate(turns):
            own[core.Segment(start, stop), track] = name
        return own.support()  # who sings over himself sings once

    rng = np.random.default_rng(seed)
    reference = random_turns(rng, 3, overlap)
    found = random_turns(rng, 5, overlap)
    metric = diarization.DiarizationErrorRate(collar=2 * collar)
    extent = core.Segment(0, max(t[1] for t in reference + found))
    theirs = metric(
        *(annotation(reference), annotation(found)),
        uem=core.Timeline([extent]),
        detailed=True,
    )
    figures = evaluate(found, reference, collar)
    total = theirs["total"]
    expected = {
        "DER": theirs["diarization error rate"],
        "missed": theirs["missed detection"] / total,
        "false_alarm": theirs["false alarm"] / total,
        "confusion": theirs["confusion"] / total,
    }
    assert expected["DER"] > 0.1
    for name, value in expected.items():
        assert figures[name] == pytest.approx(value, abs=1e-6), name


def test_boundaries_are_matched_once():
    reference = np.array([[0.0, 2.0], [2.0, 4.0]])
    figures = boundary_figures(np.array([[0.1, 0.4], [1.6, 2.6]]), reference)
    # 0.1 or 0.4 is that at 0; 1.6 is that at 2; 2.6 none
    assert figures["boundary_precision"] == 2 / 4
    assert figures["boundary_recall"] == 2 / 3
    assert figures["boundary_f1"] == pytest.approx(4 / 7)
    nothing = boundary_figures(np.zeros((0, 2)), reference)
    assert set(nothing.values()) == {0}


@pytest.mark.parametrize("seed", range(5))
def test_as_many_boundaries_are_matched_as_can_be(seed):
    from scipy.optimize import linear_sum_assignment

    rng = np.random.default_rng(seed)
    ours, theirs = np.sort(rng.uniform(0, 10, (2, 20)), axis=1)
    near = np.abs(ours[:, None] - theirs) <= 0.5
    most = near[linear_sum_assignment(~near)].sum()
    figures = boundary_figures(ours.reshape(-1, 2), theirs.reshape(-1, 2))
    assert figures["boundary_recall"] == most / 20
