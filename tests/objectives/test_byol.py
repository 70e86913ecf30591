import numpy as np
import pytest
import torch

from speechbrain_singer.objectives.byol import BYOLLoss, byol_loss


def by_hand(predictions, targets):
    """(2 - 2 cos) / D, pair by pair."""
    terms = []
    for p, t in zip(predictions, targets, strict=True):
        cosine = p @ t / np.sqrt((p @ p) * (t @ t))
        terms.append((2 - 2 * cosine) / len(p))
    return np.mean(terms)


@pytest.mark.parametrize("batch", [1, 2, 3, 140])
def test_equals_the_formula(batch):
    views = np.random.default_rng(batch).standard_normal((4, batch, 128))
    predictions, targets = views[:2], views[2:]
    expected = by_hand(predictions[0], targets[1]) / 2
    expected += by_hand(predictions[1], targets[0]) / 2
    loss = BYOLLoss()(torch.tensor(predictions), torch.tensor(targets))
    assert loss.item() == pytest.approx(expected, rel=1e-5)


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
