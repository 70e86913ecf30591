import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.byol import BYOLLoss, byol_loss


def by_hand(predictions, targets):
    """(2 - 2 cos) / D, pair by pair."""
    terms = []
    for p, t in zip(predictions, targets, strict=True):
        cosine = p @ t / np.sqrt((p @ p) * (t @ t))
        terms.append((2 - 2 * cosine) / len(p))
    return np.mean(terms)


@pytest.mark.parametrize("batch", [1, 2, 3, 140, 400])
def test_equals_the_formula(batch):
    targets = unit_views(batch, seed=1)
    check_value_and_gradient(
        lambda predictions: BYOLLoss()(predictions, torch.tensor(targets)),
        lambda predictions: (
            0.5 * by_hand(predictions[0], targets[1])
            + 0.5 * by_hand(predictions[1], targets[0])
        ),
        1.7 * unit_views(batch),
    )


def test_no_gradient_reaches_the_target():
    predictions = torch.randn(4, 8, requires_grad=True)
    targets = torch.randn(4, 8, requires_grad=True)
    byol_loss(predictions, targets).backward()
    assert targets.grad is None
    assert predictions.grad.abs().max() > 0


def test_lengths_do_not_matter():
    predictions, targets = torch.randn(2, 5, 16)
    expected = byol_loss(predictions, targets)
    assert torch.allclose(byol_loss(7 * predictions, targets / 3), expected)


def test_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\[4, 8\].*\[3, 8\]"):
        byol_loss(torch.ones(4, 8), torch.ones(3, 8))


def test_other_shapes_than_two_views_are_refused():
    for shape in ((8,), (4, 8), (3, 4, 8)):
        with pytest.raises(ValueError, match=r"\[2, batch, dim\]"):
            BYOLLoss()(torch.ones(shape), torch.ones(shape))


def test_targets_that_are_not_finite_are_counted():
    targets = torch.ones(2, 5, 8)
    targets[1, 3, 0] = torch.nan
    with pytest.raises(ValueError, match=r"1 of 5 .*first is example 3"):
        BYOLLoss()(torch.ones(2, 5, 8), targets)
