from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, chisquare

from speechbrain_singer.trials import draws as trial_draws
from speechbrain_singer.trials.draws import draw_pairs
from speechbrain_singer.trials.rules import TrialRules

SIZES = {"a": 6, "b": 12, "c": 25, "d": 40}
ROWS = [
    {
        "singer": singer,
        "song": str(i % 4),
        # Unevenly, so that what agrees is rare here and frequent there
        "key": "major" if i % 5 else "minor",
        "recording": f"{singer}{i // 2}",
    }
    for singer, size in SIZES.items()
    for i in range(size)
]
# Of e, 30 of 31 clips are of one recording: hardly any two clips may be tried
NARROW = ROWS + [
    {"singer": "e", "song": "0", "key": "major", "recording": f"e{i // 30}"}
    for i in range(31)
]
ONE, TWO = (["singer"], []), ([], ["singer"])


@pytest.fixture(params=["listed", "unlisted"], autouse=True)
def way(request, monkeypatch):
    """Both ways to draw, whichever the number of pairs would ask for."""
    if request.param == "unlisted":
        monkeypatch.setattr(trial_draws, "LISTED", 0)
        monkeypatch.setattr(trial_draws, "_draw_listed", None)
    else:
        monkeypatch.setattr(trial_draws, "_Drawing", None)


def valid_pairs(rows, same, different):
    """All that may be drawn, by looking at each pair."""
    return {
        (i, j)
        for (i, a), (j, b) in combinations(enumerate(rows), 2)
        if all(a[name] == b[name] for name in same)
        and all(a[name] != b[name] for name in different)
        and (a["singer"] != b["singer"] or a["recording"] != b["recording"])
    }


def drawn_often(rows, same, different, times=300, count=10):
    """Pairs that were drawn by tens, each with the lower row first."""
    rules, rng = TrialRules(rows, same, different), np.random.default_rng(0)
    drawn = []
    for _ in range(times):
        pairs = np.sort(draw_pairs(rules, count, rng), axis=0).T.tolist()
        assert len(set(map(tuple, pairs))) == count
        drawn += map(tuple, pairs)
    return drawn


@pytest.mark.parametrize("kind", [ONE, TWO])
@pytest.mark.parametrize(
    "same, different",
    [([], []), (["key", "song"], []), (["key"], ["song"]), ([], ["song"])],
)
def test_only_valid_pairs_are_drawn(kind, same, different):
    same, different = [*kind[0], *same], [*kind[1], *different]
    valid = valid_pairs(NARROW, same, different)
    assert set(drawn_often(NARROW, same, different, times=20)) <= valid


@pytest.mark.parametrize("rows", [ROWS, NARROW], ids=["even", "narrow"])
@pytest.mark.parametrize("different", [[], ["song"]])
def test_singers_are_as_likely_however_many_recordings_they_have(
    rows, different
):
    drawn = drawn_often(rows, ["singer"], different)
    counts = Counter(rows[i]["singer"] for i, _ in drawn)
    able = {
        rows[i]["singer"] for i, _ in valid_pairs(rows, ["singer"], different)
    }
    assert set(counts) == able
    assert chisquare(list(counts.values())).pvalue > 0.001


@pytest.mark.parametrize("same", [[], ["key"], ["song"]])
def test_pairs_of_singers_are_as_likely(same):
    drawn = drawn_often(NARROW, same, ["singer"])
    counts = Counter(
        (NARROW[i]["singer"], NARROW[j]["singer"]) for i, j in drawn
    )
    assert len(counts) == 10
    assert chisquare(list(counts.values())).pvalue > 0.001


@pytest.mark.parametrize("same", [[], ["key"]])
@pytest.mark.parametrize("different", [[], ["song"]])
def test_recordings_of_two_singers_are_as_likely(same, different):
    rows = [row for row in ROWS if row["singer"] in "ab"]
    different = ["singer", *different]
    drawn = Counter(drawn_often(rows, same, different, times=600, count=4))
    valid = valid_pairs(rows, same, different)
    observed = [drawn[pair] for pair in valid]
    assert sum(observed) == 2400
    assert chisquare(observed).pvalue > 0.001


def test_recordings_of_one_singer_are_as_likely():
    rows = [row for row in NARROW if row["singer"] in "be"]
    drawn = drawn_often(rows, ["singer"], [], times=600, count=4)
    for singer in "be":
        valid = [
            pair
            for pair in valid_pairs(rows, ["singer"], [])
            if rows[pair[0]]["singer"] == singer
        ]
        counts = Counter(drawn)
        assert chisquare([counts[pair] for pair in valid]).pvalue > 0.001


def by_turns(available, count, rng):
    """How many each singer gets if all but those who have no more take turns
    by lot."""
    taken = np.zeros(len(available), int)
    for _ in range(count):
        taken[rng.choice(np.flatnonzero(taken < available))] += 1
    return taken


def test_where_pairs_are_used_up_others_have_more():
    sizes = {"a": 2, "b": 3, "c": 20}  # 1, 3 and 190 pairs
    rows = [{"singer": s} for s, size in sizes.items() for _ in range(size)]
    rules, rng = TrialRules(rows, ["singer"]), np.random.default_rng(0)
    drawn, expected = Counter(), Counter()
    for _ in range(400):
        pairs = draw_pairs(rules, 6, rng)
        assert len(set(map(frozenset, pairs.T.tolist()))) == 6
        singers = rules.singers[pairs[0]]
        drawn[tuple(np.bincount(singers, minlength=3))] += 1
        expected[tuple(by_turns([1, 3, 190], 6, rng))] += 1
    outcomes = set(drawn) | set(expected)
    table = [[counts[o] for o in outcomes] for counts in (drawn, expected)]
    assert chi2_contingency(table).pvalue > 0.001


def test_either_recording_is_the_query():
    rules, rng = TrialRules(ROWS, *ONE), np.random.default_rng(0)
    lower_first = sum(
        np.sum(first < second)
        for first, second in (draw_pairs(rules, 10, rng) for _ in range(200))
    )
    assert 0.45 < lower_first / 2000 < 0.55
