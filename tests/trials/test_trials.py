import math
from itertools import combinations

import numpy as np
import pytest

from speechbrain_singer.trials import kinds
from speechbrain_singer.trials import trials as trials_module
from speechbrain_singer.trials.trials import (
    Trials,
    all_pairs,
    can_verify,
    draw_trials,
)

ROWS = [
    {"singer": singer, "song": song, "sex": sex}
    for singer, sex in (("a", "f"), ("b", "m"), ("c", "f"), ("", "f"))
    for song in "123"
]


def random_rows(seed, size=40):
    """Rows with gaps, of which some were cut from one recording."""
    rng = np.random.default_rng(seed)
    return [
        {
            "ID": str(i),
            "singer": rng.choice(["a", "b", "c", ""]),
            "song": rng.choice(["1", "2", "3", ""]),
            "sex": rng.choice(["f", "m", ""]),
            "recording": rng.choice(["x", "y", "z"]),
        }
        for i in range(size)
    ]


def pairs_by_loop(rows, same, different):
    return [
        (i, j, int(a["singer"] == b["singer"]))
        for (i, a), (j, b) in combinations(enumerate(rows), 2)
        if a["singer"]
        and b["singer"]
        and all(a[c] and a[c] == b[c] for c in same)
        and all(a[c] and b[c] and a[c] != b[c] for c in different)
        and not (
            a["singer"] == b["singer"]
            and "recording" in a
            and a["recording"] == b["recording"]
        )
    ]


def as_list(trials):
    return list(zip(*(column.tolist() for column in trials), strict=True))


@pytest.mark.parametrize("rows", [ROWS, random_rows(0), []])
@pytest.mark.parametrize("same", [(), ("sex",), ("sex", "song")])
@pytest.mark.parametrize("different", [(), ("song",), ("song", "sex")])
def test_equals_the_loop(rows, same, different):
    trials = all_pairs(rows, same, different)
    assert as_list(trials) == pairs_by_loop(rows, same, different)


def test_takes_nine_bytes_a_trial():
    assert [column.dtype for column in all_pairs(ROWS)] == [
        np.int32,
        np.int32,
        np.int8,
    ]


def test_rows_of_one_file_are_of_one_recording():
    rows = [
        {"singer": "a", "song": str(i), "wav": f"{i // 2}.wav"}
        for i in range(4)
    ]
    assert as_list(all_pairs(rows)) == [
        (0, 2, 1),
        (0, 3, 1),
        (1, 2, 1),
        (1, 3, 1),
    ]


def test_too_many_are_refused_before_they_fill_the_memory(monkeypatch):
    for module in (kinds, trials_module):
        monkeypatch.setattr(module, "MAX_TRIALS", 26)
    with pytest.raises(
        ValueError, match=r"more than 26 .* 12 .*--trials balanced"
    ):
        all_pairs(ROWS)
    monkeypatch.setattr(trials_module, "MAX_TRIALS", 27)
    assert len(as_list(all_pairs(ROWS))) == 27


def test_positives_are_of_one_singer():
    first, second = all_pairs(ROWS).positives
    assert len(first) == 9
    for i, j in zip(first, second, strict=True):
        assert ROWS[i]["singer"] == ROWS[j]["singer"]


def test_both_kinds():
    assert all_pairs(ROWS).both_kinds
    assert not all_pairs(ROWS[:3]).both_kinds
    assert not all_pairs(ROWS[::3]).both_kinds
    assert not all_pairs([]).both_kinds


@pytest.mark.parametrize("seed", range(30))
def test_can_verify_says_whether_there_are_both_kinds(seed):
    rows = random_rows(seed, size=2 + seed % 5)
    # A recording is of one singer
    rows = [
        row | {"recording": row["singer"] + row["recording"]} for row in rows
    ]
    labels = {label for *_, label in pairs_by_loop(rows, (), ("song",))}
    assert can_verify(rows) == (labels == {0, 1})


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"no column 'key'.*singer, song, sex"):
        all_pairs(ROWS, same=("key",))


def test_select():
    trials = Trials(np.arange(4), np.arange(4) + 1, np.array([0, 1, 1, 0]))
    assert as_list(trials.select(trials.labels == 1)) == [(1, 2, 1), (2, 3, 1)]
    assert as_list(trials.select(np.array([3, 0]))) == [(3, 4, 0), (0, 1, 0)]


def test_among_the_rows_that_are_kept():
    trials = all_pairs(ROWS)
    kept = np.arange(len(ROWS)) % 4 != 1
    names = [f"{row['singer']}{row['song']}" for row in ROWS]
    left = [name for name, keep in zip(names, kept, strict=True) if keep]
    expected = [
        (names[i], names[j], label)
        for i, j, label in as_list(trials)
        if kept[i] and kept[j]
    ]
    found = as_list(trials.among(kept))
    assert [(left[i], left[j], label) for i, j, label in found] == expected


@pytest.mark.parametrize("same", [(), ("sex",)])
@pytest.mark.parametrize("different", [(), ("song",)])
def test_draws_are_balanced_and_among_all_pairs(same, different):
    rows = random_rows(1, size=300)
    rows = [row | {"recording": f"{i // 3}"} for i, row in enumerate(rows)]
    trials = draw_trials(rows, 1000, same, different)
    drawn = {(min(i, j), max(i, j), label) for i, j, label in as_list(trials)}
    assert len(drawn) == 1000
    assert drawn <= set(pairs_by_loop(rows, same, different))
    assert trials.labels.sum() == 500


def test_draws_come_in_random_order():
    labels = draw_trials(random_rows(1, size=300), 1000).labels
    assert 200 < labels[:500].sum() < 300


def test_draws_depend_on_the_seed_alone():
    rows = random_rows(2, size=200)
    first, again = draw_trials(rows, 100), draw_trials(rows, 100)
    assert as_list(first) == as_list(again)
    assert as_list(first) != as_list(draw_trials(rows, 100, seed=1))


def test_all_there_are_come_with_a_warning(caplog):
    trials = draw_trials(ROWS, 100, different=("song",))
    assert "only 9 trials of one singer instead of 50: 18 trials" in caplog.text
    positives = {
        (min(pair), max(pair)) for pair in zip(*trials.positives, strict=True)
    }
    expected = pairs_by_loop(ROWS, (), ("song",))
    assert positives == {(i, j) for i, j, label in expected if label}
    assert (len(trials.labels), trials.labels.sum()) == (18, 9)


@pytest.mark.parametrize(
    "rows, same, different, kind",
    [
        (ROWS[:3], (), ("song",), "two singers with a different song:"),
        (ROWS[::3], (), (), "one singer:"),
        (ROWS, ("song",), (), "one singer with the same song:"),
        (ROWS[:6], ("sex",), ("song",), "same sex and a different song:"),
    ],
)
def test_the_impossible_is_named(rows, same, different, kind):
    with pytest.raises(ValueError, match=kind):
        draw_trials(rows, 4, same, different)


@pytest.mark.parametrize("count", [-2, 0, 1, 7, 2.0, "a", math.inf, 2**29])
def test_as_many_of_each_kind_are_asked_for(count):
    with pytest.raises(ValueError, match=f"trial_count: {count!r}: must be"):
        draw_trials(ROWS, count)
