import numpy as np
import pytest
import torch

from speechbrain_singer.metrics.geometry import (
    alignment,
    effective_rank,
    relative_deviation,
    similarities,
    space_health,
    uniformity,
)


@pytest.fixture
def views():
    views = np.random.default_rng(0).standard_normal((2, 30, 8))
    return views / np.linalg.norm(views, axis=2, keepdims=True)


def test_alignment_equals_the_formula(views):
    expected = np.mean([(a - b) @ (a - b) for a, b in zip(*views, strict=True)])
    assert alignment(*torch.tensor(3 * views)) == pytest.approx(expected)


def test_uniformity_equals_the_formula(views):
    potentials = [
        np.exp(-2 * (a - b) @ (a - b))
        for i, a in enumerate(views[0])
        for b in views[0][:i]
    ]
    expected = np.log(np.mean(potentials))
    measured = uniformity(torch.tensor(views[0]))
    assert measured == pytest.approx(expected, abs=1e-6)


def test_deviation_equals_the_formula(views):
    expected = np.mean(views[0].std(axis=0)) * np.sqrt(8)
    measured = relative_deviation(torch.tensor(views[0]))
    assert measured == pytest.approx(expected)


def test_effective_rank_equals_the_formula(views):
    variances = np.linalg.eigvalsh(np.cov(views[0].T, bias=True))
    shares = variances / variances.sum()
    expected = np.exp(-np.sum(shares * np.log(shares)))
    measured = effective_rank(torch.tensor(views[0]))
    assert measured == pytest.approx(expected)


def test_a_collapsed_space_shows():
    health = space_health(torch.ones(20, 8), torch.ones(20, 8))
    assert health == pytest.approx(
        {
            "alignment": 0.0,
            "uniformity": 0.0,
            "deviation": 0.0,
            "effective_rank": 1.0,
            "positive_similarity": 1.0,
            "negative_similarity": 1.0,
        }
    )


def test_similarities_equal_their_formula(views):
    first, second = (x / np.linalg.norm(x, axis=1)[:, None] for x in views)
    groups = np.arange(len(first)) // 3
    positives, negatives = [], []
    for i, x in enumerate(first):
        positives.append(x @ second[i])
        negatives += [
            x @ second[j] for j in np.flatnonzero(groups != groups[i])
        ]
    measured = similarities(
        *torch.tensor(np.stack(views)), torch.tensor(groups)
    )
    assert measured == pytest.approx((np.mean(positives), np.mean(negatives)))


def test_one_voice_has_no_negatives():
    health = space_health(*torch.randn(2, 4, 3), groups=torch.zeros(4))
    assert "negative_similarity" not in health


def test_a_line_has_one_direction():
    line = torch.cat([torch.eye(4)[:1], -torch.eye(4)[:1]])
    assert effective_rank(line) == pytest.approx(1.0)
