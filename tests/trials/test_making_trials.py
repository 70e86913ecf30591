import pytest

from speechbrain_singer.trials.making import make_trials

ROWS = [
    {"ID": f"{s}{k}.wav", "wav": f"/x/{s}{k}.wav", "singer": s, "song": k}
    for s in "ab"
    for k in "12"
]
HPARAMS = {
    "trials": "all_pairs",
    "trial_count": 2,
    "same": None,
    "different": "song",
    "seed": 0,
    "data_folder": "/x",
    "drop_flaws": False,
}


def pairs(trials):
    return list(zip(*(part.tolist() for part in trials), strict=True))


@pytest.fixture
def trial_list(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("1,a1.wav,a2.wav\n0,a1.wav,b2.wav\n1,b1.wav,b1.wav\n")
    return path


def test_a_list_is_not_restricted(trial_list):
    trials = make_trials(ROWS, HPARAMS | {"trials": str(trial_list)})
    assert pairs(trials) == [(0, 1, 1), (0, 3, 0), (2, 2, 1)]


def test_flaws_are_dropped_on_request(trial_list):
    hparams = HPARAMS | {"trials": str(trial_list), "drop_flaws": True}
    assert pairs(make_trials(ROWS, hparams)) == [(0, 1, 1), (0, 3, 0)]


def test_what_could_not_be_encoded_costs_its_trials_only(trial_list, caplog):
    hparams = HPARAMS | {"trials": str(trial_list)}
    trials = make_trials(ROWS[:2] + ROWS[3:], hparams, unusable=[ROWS[2]])
    assert pairs(trials) == [(0, 1, 1), (0, 2, 0)]
    assert "1 of 3 trials are left out" in caplog.text


def test_one_kind_of_trials_is_refused():
    with pytest.raises(ValueError, match="different song"):
        make_trials(ROWS[:2], HPARAMS)


def test_balanced_trials_are_drawn_by_the_seed():
    rows = [
        {"ID": f"{s}{k}", "singer": s, "song": str(k)}
        for s in "abcdef"
        for k in range(10)
    ]
    hparams = HPARAMS | {"trials": "balanced", "trial_count": 40}
    drawn = [pairs(make_trials(rows, hparams | {"seed": s})) for s in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [len(set(trials)) for trials in drawn] == [40] * 3
