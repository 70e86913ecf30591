import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.uniformity_alignment import (
    UniformityAlignmentLoss,
    alignment_loss,
    uniformity_loss,
)


def by_hand(views, groups, t=2.0, alignment=1.0, uniformity=1.0):
    """Example by example against those that come before it."""
    loss = alignment * np.mean(np.sum((views[0] - views[1]) ** 2, axis=1))
    for x in views:
        potentials = [
            np.exp(-t * np.sum((x[:i] - x[i]) ** 2, axis=1))[
                groups[:i] != groups[i]
            ]
            for i in range(1, len(x))
        ]
        mean = np.mean(np.concatenate(potentials))
        loss += uniformity * np.log(mean) / 2
    return loss


@pytest.mark.parametrize("batch", [2, 3, 140, 400])
def test_equals_the_formula(batch):
    groups = np.arange(batch)
    check_value_and_gradient(
        lambda views: UniformityAlignmentLoss()(*views),
        lambda views: by_hand(views, groups),
        unit_views(batch),
    )


@pytest.mark.parametrize("batch", [3, 140, 400])
def test_pairs_within_a_group_are_left_out(batch):
    groups = np.random.default_rng(0).permutation(batch) // 2
    options = {"t": 1.5, "alignment": 0.7, "uniformity": 3.0}
    objective = UniformityAlignmentLoss(**options)
    check_value_and_gradient(
        lambda views: objective(*views, torch.tensor(groups)),
        lambda views: by_hand(views, groups, **options),
        unit_views(batch),
    )


def test_gradients_element_by_element():
    groups = torch.tensor([7, 3, 7, 1])
    views = torch.tensor(unit_views(4, dim=3), requires_grad=True)
    objective = UniformityAlignmentLoss()
    assert torch.autograd.gradcheck(
        lambda views: objective(*views, groups), views
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("batch", [2, 400])
def test_uniformity_is_that_of_pdist(batch, dtype):
    """As Wang and Isola have it in their code."""
    x = torch.tensor(unit_views(batch)[0], dtype=dtype, requires_grad=True)
    expected = torch.pdist(x).square().mul(-2).exp().mean().log()
    (expected_gradient,) = torch.autograd.grad(expected, x)
    measured = uniformity_loss(x)
    (gradient,) = torch.autograd.grad(measured, x)
    assert measured.item() == pytest.approx(expected.item(), abs=1e-6)
    assert gradient.numpy() == pytest.approx(
        expected_gradient.numpy(), abs=1e-6
    )


def test_alignment_of_equal_views_is_nothing():
    view = torch.tensor(unit_views(5)[0], requires_grad=True)
    loss = alignment_loss(view, view)
    (gradient,) = torch.autograd.grad(loss, view)
    assert loss.item() == 0.0
    assert (gradient == 0).all()


def test_uniformity_of_one_group_is_nothing():
    views = torch.tensor(unit_views(5), requires_grad=True)
    loss = uniformity_loss(views[0], groups=torch.full((5,), 3))
    (gradient,) = torch.autograd.grad(loss, views)
    assert loss.item() == 0.0
    assert (gradient == 0).all()
