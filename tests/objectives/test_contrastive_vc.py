import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.contrastive_vc import ContrastiveVCLoss


def by_hand(views, groups):
    """Decoupled, temperature 0.2, anchors of the first view; 25; 100."""
    total, (batch, dim) = 0.0, views.shape[1:]
    for x in views:
        covariance = np.cov(x.T)
        deviations = np.sqrt(np.diag(covariance) + 1e-8)
        total += 25 * np.maximum(0, dim**-0.5 - deviations).mean() / 2
        off_diagonal = (covariance**2).sum() - (np.diag(covariance) ** 2).sum()
        total += 100 * off_diagonal / dim
    first, second = views / np.linalg.norm(views, axis=2, keepdims=True)
    losses = []
    for i in range(batch):
        scores = second @ first[i] / 0.2
        negatives = scores[groups != groups[i]]
        losses.append(np.log(np.exp(negatives).sum()) - scores[i])
    return total + np.mean(losses)


@pytest.mark.parametrize("batch", [2, 3, 140, 400])
def test_equals_the_formula(batch):
    groups = np.arange(batch)
    check_value_and_gradient(
        lambda views: ContrastiveVCLoss()(*views),
        lambda views: by_hand(views, groups),
        unit_views(batch),
    )


def test_of_one_group_are_no_negatives():
    groups = np.arange(140) // 3
    check_value_and_gradient(
        lambda views: ContrastiveVCLoss()(*views, torch.tensor(groups)),
        lambda views: by_hand(views, groups),
        unit_views(140),
    )


def test_gradients_element_by_element():
    views = torch.tensor(unit_views(4, dim=3), requires_grad=True)
    objective = ContrastiveVCLoss(symmetric=True, decoupled=False)
    assert torch.autograd.gradcheck(lambda views: objective(*views), views)
