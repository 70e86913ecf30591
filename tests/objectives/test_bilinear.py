import numpy as np
import pytest
import torch
import torch.nn.functional as F
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.bilinear import BilinearLoss, bilinear_loss

# Silence twice, and beside a mixture of group 0 whose voices are heard
GROUPS = np.array([0, 1, ~0, 0, 2, ~4, 3])


def weight_of(dim, seed=3):
    return np.random.default_rng(seed).standard_normal((dim, dim)) / dim**0.5


def by_hand(views, weight, groups, apart):
    """Anchor by anchor, each with a list of its candidates."""
    first, second = views
    losses = []
    silent = groups < 0
    groups = [~g if g < 0 else g for g in groups]
    silence = second[silent]
    for i, anchor in enumerate(first):
        wrong = [
            second[j]
            for j in range(len(second))
            if j != i
            and not silent[j]
            and not (apart and groups[j] == groups[i])
        ]
        right = second[i]
        if silent[i]:
            right = np.mean(silence, axis=0)
        elif len(silence):
            wrong.append(np.mean(silence, axis=0))
        scores = np.array([anchor @ weight @ p for p in [right, *wrong]])
        losses.append(np.log(np.exp(scores).sum()) - scores[0])
    return np.mean(losses)


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("groups", [GROUPS, np.arange(7), np.abs(GROUPS)])
def test_equals_the_formula(groups, apart):
    weight = weight_of(16)
    check_value_and_gradient(
        lambda views: bilinear_loss(
            *views, torch.tensor(weight), torch.tensor(groups), apart
        ),
        lambda views: by_hand(views, weight, groups, apart),
        3 * unit_views(7, dim=16),
    )


@pytest.mark.parametrize("group", [0, ~0])
def test_without_another_candidate_it_is_nothing(group):
    views = torch.tensor(unit_views(5, dim=16), requires_grad=True)
    groups = torch.full((5,), group)
    loss = bilinear_loss(*views, torch.tensor(weight_of(16)), groups)
    (gradient,) = torch.autograd.grad(loss, views)
    assert loss.item() == pytest.approx(0.0, abs=1e-12)
    assert gradient.abs().max().item() == pytest.approx(0.0, abs=1e-12)


def test_gradients_of_views_and_weight_element_by_element():
    views = torch.tensor(unit_views(7, dim=3), requires_grad=True)
    weight = torch.tensor(weight_of(3), requires_grad=True)
    groups = torch.tensor(GROUPS)
    assert torch.autograd.gradcheck(
        lambda views, weight: bilinear_loss(*views, weight, groups),
        (views, weight),
    )


def test_without_groups_it_is_a_cross_entropy_over_rows():
    first, second = torch.tensor(unit_views(9, dim=16))
    objective = BilinearLoss(dim=16).double()
    scores = torch.einsum("id,de,je->ij", first, objective.weight, second)
    expected = F.cross_entropy(scores, torch.arange(9))
    assert objective(first, second).item() == pytest.approx(expected.item())
    turned = F.cross_entropy(scores.T, torch.arange(9))
    assert objective(first, second).item() != pytest.approx(turned.item())


def test_weights_start_as_published():
    torch.manual_seed(0)
    weight = BilinearLoss(dim=512).weight.detach()
    assert weight.mean().item() == pytest.approx(0.0, abs=5e-4)
    assert weight.std().item() == pytest.approx(0.05, rel=0.01)
