import numpy as np
import pytest
import torch

from speechbrain_singer.evaluation.few_shot import FewShot, draw_clips

LABELS = np.arange(60) % 3
FOLDS = np.arange(60) // 20


def test_clips_come_from_the_training_side():
    rng = np.random.default_rng(0)
    known = FOLDS != 1
    before = set()
    for n, drawn in draw_clips(LABELS, known, [1, 2, 5, 10], rng):
        assert np.bincount(LABELS[drawn]).tolist() == [n] * 3
        assert known[drawn].all()
        assert len(set(drawn)) == 3 * n
        assert before <= set(drawn)  # more with those of fewer among them
        before = set(drawn)


def test_every_clip_comes_up():
    drawn = [
        clips
        for seed in range(100)
        for _, clips in draw_clips(
            LABELS, FOLDS != 0, [5], np.random.default_rng(seed)
        )
    ]
    counts = np.bincount(np.concatenate(drawn), minlength=60)
    assert (counts[:20] == 0).all()
    assert (counts[20:] > 10).all()  # expected 37 of 100


def test_what_is_tested_is_not_known():
    # Each clip is orthogonal to all others: only itself would tell
    curves = FewShot().run(torch.eye(60), LABELS, FOLDS, progressbar=False)
    for probe in ("knn", "centroid"):
        for figures in curves[probe].values():
            assert figures["mean"] == pytest.approx(100 / 3)


def test_more_clips_help():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((3, 20))
    points = centres[LABELS] + 1.5 * rng.standard_normal((60, 20))
    curves = FewShot(draws=4).run(
        torch.tensor(points).float(), LABELS, FOLDS, progressbar=False
    )
    for curve in curves.values():
        assert list(curve) == [1, 2, 5, 10]
        assert curve[1]["mean"] < curve[10]["mean"] - 5
        assert len(curve[1]["values"]) == 4


def test_as_many_as_everybody_has_on_each_training_side():
    labels = np.array([0] * 20 + [1] * 6)
    folds = np.array([0, 1] * 10 + [0, 0, 0, 0, 1, 1])
    curves = FewShot([1, 2, 3]).run(torch.randn(26, 2), labels, folds)
    assert list(curves["linear"]) == [1, 2]  # singer 1 has but 2 in fold 1


def test_the_seed_decides():
    points = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))

    def curves(seed):
        few_shot = FewShot([1], seed=seed)
        return few_shot.run(points, LABELS, FOLDS, progressbar=False)

    assert curves(0) == curves(0)
    assert curves(0) != curves(1)


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("draws", [1, 0, -1, 2.5, "a", None]),  # one has no spread
        ("seed", [-1, 1e3, None]),
        ("shots", [[0], [-1], ["a"], [1, 2.5], 5, "1", None]),
    ],
)
def test_settings_that_make_no_sense(setting, values):
    for value in values:
        with pytest.raises(ValueError, match=f"{setting}: .*: must be"):
            FewShot(**{setting: value})
