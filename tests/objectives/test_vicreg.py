import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.vicreg import (
    VICRegLoss,
    covariance_loss,
    variance_loss,
)


def variance_by_hand(views):
    hinges = []
    for x in views:
        for values in x.T:
            mean = sum(values) / len(values)
            variance = sum((values - mean) ** 2) / (len(values) - 1)
            deviation = np.sqrt(variance + 1e-8)
            hinges.append(max(0.0, 1 / np.sqrt(x.shape[1]) - deviation))
    return np.mean(hinges)


def covariance_by_hand(views):
    total = 0.0
    for x in views:
        covariance = np.cov(x.T)
        for i, row in enumerate(covariance):
            total += (row[:i] ** 2).sum() + (row[i + 1 :] ** 2).sum()
    return total / views.shape[2]


def by_hand(views, invariance=25.0, variance=25.0, covariance=100.0):
    return (
        invariance * np.mean((views[0] - views[1]) ** 2)
        + variance * variance_by_hand(views)
        + covariance * covariance_by_hand(views)
    )


@pytest.mark.parametrize("batch", [2, 3, 140, 400])
def test_equals_the_formula(batch):
    check_value_and_gradient(
        lambda views: VICRegLoss()(*views), by_hand, unit_views(batch)
    )


@pytest.mark.parametrize("batch", [2, 3, 140])
def test_each_term_equals_its_formula(batch):
    views = unit_views(batch, dim=16) * 0.8
    for term, formula in (
        (variance_loss, variance_by_hand),
        (covariance_loss, covariance_by_hand),
    ):
        check_value_and_gradient(
            lambda views, term=term: term(*views), formula, views
        )


def test_weights():
    views = unit_views(6, dim=5)
    weights = {"invariance": 2.0, "variance": 3.0, "covariance": 5.0}
    measured = VICRegLoss(**weights)(*torch.tensor(views))
    expected = by_hand(views, **weights)
    assert measured.item() == pytest.approx(expected, abs=1e-6)


def test_gradients_element_by_element():
    views = torch.tensor(unit_views(4, dim=3), requires_grad=True)
    assert torch.autograd.gradcheck(lambda views: VICRegLoss()(*views), views)


def test_enough_deviation_costs_nothing():
    views = torch.tensor(3 * unit_views(140), requires_grad=True)
    loss = variance_loss(*views)
    (gradient,) = torch.autograd.grad(loss, views)
    assert loss.item() == 0.0
    assert (gradient == 0).all()


def test_groups_make_no_difference():
    views = torch.tensor(unit_views(6))
    groups = torch.tensor([0, 0, 1, 1, 1, 2])
    assert VICRegLoss()(*views, groups) == VICRegLoss()(*views)
