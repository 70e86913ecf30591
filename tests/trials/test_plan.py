import math

import pytest

from speechbrain_singer.trials import TrialPlan, kinds

ROWS = [
    {"ID": f"{s}{k}.wav", "wav": f"/x/{s}{k}.wav", "singer": s, "song": k}
    for s in "ab"
    for k in "12"
]


def pairs(trials):
    return list(zip(*(part.tolist() for part in trials), strict=True))


@pytest.fixture
def trial_list(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("1,a1.wav,a2.wav\n0,a1.wav,b2.wav\n1,b1.wav,b1.wav\n")
    return path


def test_a_list_is_not_restricted(trial_list):
    trials = TrialPlan(str(trial_list)).make(ROWS)
    assert pairs(trials) == [(0, 1, 1), (0, 3, 0), (2, 2, 1)]


def test_flaws_are_dropped_on_request(trial_list):
    plan = TrialPlan(str(trial_list), drop_flaws=True)
    assert pairs(plan.make(ROWS)) == [(0, 1, 1), (0, 3, 0)]


def test_what_could_not_be_encoded_costs_its_trials_only(trial_list, caplog):
    plan = TrialPlan(str(trial_list), data_folder="/x")
    trials = plan.make(ROWS[:2] + ROWS[3:], unusable=[ROWS[2]])
    assert pairs(trials) == [(0, 1, 1), (0, 2, 0)]
    assert "1 of 3 trials are left out" in caplog.text


def test_one_kind_of_trials_is_refused():
    with pytest.raises(ValueError, match="different song"):
        TrialPlan(different="song").make(ROWS[:2])


def test_balanced_trials_are_drawn_by_the_seed():
    rows = [
        {"ID": f"{s}{k}", "singer": s, "song": str(k)}
        for s in "abcdef"
        for k in range(10)
    ]
    plans = [TrialPlan("balanced", count=40, seed=seed) for seed in (1, 1, 2)]
    drawn = [pairs(plan.make(rows)) for plan in plans]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [len(set(trials)) for trials in drawn] == [40] * 3


def test_columns_may_come_as_text():
    plan = TrialPlan(same="sex, register", different=None)
    assert plan.same == ("sex", "register") and plan.different == ()
    assert plan == TrialPlan(same=["sex", "register"], different=[])


def test_a_missing_column_is_refused_before_anything_is_encoded():
    with pytest.raises(ValueError, match=r"no column 'album'.*it has ID, wav"):
        TrialPlan(different=["song", "album"]).check(ROWS)


def test_a_missing_list_is_refused_before_anything_is_encoded(tmp_path):
    plan = TrialPlan(str(tmp_path / "none.txt"))
    with pytest.raises(FileNotFoundError, match=r"none.txt: no such list"):
        plan.check(ROWS)
    TrialPlan("balanced").check(ROWS)


def test_a_broken_list_is_refused_before_anything_is_encoded(trial_list):
    plan = TrialPlan(str(trial_list), data_folder="/x")
    plan.check(ROWS)
    plan.check(ROWS[:1], unusable=ROWS[1:])
    with pytest.raises(ValueError, match=r"line 3: 'b1.wav' is no recording"):
        plan.check(ROWS[:2] + ROWS[3:])
    trial_list.write_text("1,a1.wav,a2.wav\n2,a1.wav,b2.wav\n")
    with pytest.raises(ValueError, match=r"list.txt, line 2: .* '2' stands"):
        plan.check(ROWS)


@pytest.mark.parametrize(
    ("setting", "values", "named"),
    [
        ("count", [0, -5, 3, math.inf, "a", None], "trial_count"),
        ("seed", [-1, 1e3, 1.5, None], "seed"),
        ("same", [5, {"sex": 1}, [["sex"]], [""], [None], True], "same"),
        ("different", [5, [["song"]]], "different"),
        ("kind", ["", None, 5, ["all_pairs"]], "trials"),
    ],
)
def test_settings_that_make_no_sense(setting, values, named):
    for value in values:
        with pytest.raises(ValueError, match=f"{named}: .*: must be"):
            TrialPlan(**{setting: value})


@pytest.mark.parametrize("kind", ["all_pairs", "balanced"])
@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (ROWS[:2], {}),  # one singer
        (ROWS[::2], {}),  # a recording each
        (ROWS, {"same": "song"}),
        ([], {}),
    ],
)
def test_what_has_not_both_kinds_is_refused_before_it_is_encoded(
    kind, rows, columns
):
    plan = TrialPlan(kind, **columns)
    for refuse in (plan.check, plan.make):
        with pytest.raises(ValueError, match=r"both kinds|no two recordings"):
            refuse(rows)
    TrialPlan(kind).check(ROWS)


def test_pairs_that_are_too_many_are_refused_before_they_are_encoded(
    monkeypatch,
):
    monkeypatch.setattr(kinds, "MAX_TRIALS", 3)
    with pytest.raises(ValueError, match="more than 3 pairs of 4 recordings"):
        TrialPlan(different=(), count=2).check(ROWS)
    TrialPlan(different=(), count=2).check(ROWS[:3])
