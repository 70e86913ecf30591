import numpy as np
import pytest
import torch
import torch.nn.functional as F
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.contrastive import (
    ContrastiveLoss,
    contrastive_loss,
    symmetric_contrastive_loss,
)

VARIANTS = pytest.mark.parametrize(
    ("decoupled", "symmetric"),
    [(True, False), (True, True), (False, False), (False, True)],
)


def by_hand(views, decoupled, symmetric, groups=None, temperature=0.2):
    """Anchor by anchor, each with its negatives."""
    first, second = views / np.linalg.norm(views, axis=2, keepdims=True)
    if groups is None:
        groups = np.arange(len(first))
    losses = []
    for own, other in [(first, second), (second, first)][: 1 + symmetric]:
        with_other = np.exp(own @ other.T / temperature)
        with_own = np.exp(own @ own.T / temperature)
        for i in range(len(own)):
            negatives = groups != groups[i]
            terms = with_other[i, negatives].sum()
            if symmetric:
                terms += with_own[i, negatives].sum()
            if not decoupled:
                terms += with_other[i, i]
            losses.append(np.log(terms) - np.log(with_other[i, i]))
    return np.mean(losses)


@VARIANTS
@pytest.mark.parametrize("batch", [2, 3, 140, 400])
def test_equals_the_formula(batch, decoupled, symmetric):
    objective = ContrastiveLoss(decoupled=decoupled, symmetric=symmetric)
    check_value_and_gradient(
        lambda views: objective(*views),
        lambda views: by_hand(views, decoupled, symmetric),
        2.5 * unit_views(batch),  # whose lengths do not matter
    )


@VARIANTS
@pytest.mark.parametrize("batch", [3, 140, 400])
def test_of_one_group_are_no_negatives(batch, decoupled, symmetric):
    groups = np.random.default_rng(0).permutation(batch) // 2
    options = {"decoupled": decoupled, "symmetric": symmetric}
    objective = ContrastiveLoss(temperature=0.5, **options)
    check_value_and_gradient(
        lambda views: objective(*views, torch.tensor(groups)),
        lambda views: by_hand(views, **options, groups=groups, temperature=0.5),
        unit_views(batch),
    )


@VARIANTS
def test_gradients_element_by_element(decoupled, symmetric):
    groups = torch.tensor([7, 3, 7, 1])
    views = torch.tensor(unit_views(4, dim=3), requires_grad=True)
    loss = symmetric_contrastive_loss if symmetric else contrastive_loss
    assert torch.autograd.gradcheck(
        lambda views: loss(*views, groups, 0.3, decoupled), views
    )


@pytest.mark.parametrize("batch", [2, 140])
def test_nt_xent_is_a_cross_entropy(batch):
    """Of finding the other view, and in SimCLR's layout: of all but oneself."""
    first, second = torch.tensor(unit_views(batch))
    measured = contrastive_loss(first, second, temperature=0.1, decoupled=False)
    expected = F.cross_entropy(first @ second.T / 0.1, torch.arange(batch))
    assert measured.item() == pytest.approx(expected.item(), abs=1e-9)

    both = torch.cat([first, second])
    scores = both @ both.T / 0.1
    scores.fill_diagonal_(-torch.inf)
    expected = F.cross_entropy(scores, torch.arange(2 * batch).roll(batch))
    measured = symmetric_contrastive_loss(
        first, second, temperature=0.1, decoupled=False
    )
    assert measured.item() == pytest.approx(expected.item(), abs=1e-9)


@VARIANTS
def test_without_negatives_it_is_nothing(decoupled, symmetric):
    views = torch.tensor(unit_views(5), requires_grad=True)
    one_group = torch.full((5,), 3)
    function = symmetric_contrastive_loss if symmetric else contrastive_loss
    loss = function(*views, one_group, decoupled=decoupled)
    (gradient,) = torch.autograd.grad(loss, views)
    assert loss.item() == 0.0
    assert (gradient == 0).all()
