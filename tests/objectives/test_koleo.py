import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient, unit_views

from speechbrain_singer.objectives.koleo import koleo_loss


def by_hand(embeddings, groups):
    """Minus the mean log distance to the nearest of another group."""
    directions = [x / np.sqrt(x @ x) for x in embeddings]
    logs = []
    for own, group in zip(directions, groups, strict=True):
        distances = [
            np.sqrt(((own - other) ** 2).sum())
            for other, its in zip(directions, groups, strict=True)
            if its != group
        ]
        if distances:
            logs.append(np.log(min(distances)))
    return -np.mean(logs)


@pytest.mark.parametrize("groups", [range(7), [0, 0, 1, 1, 2, 0, 3]])
def test_equals_the_formula(groups):
    tensor = torch.tensor(list(groups))
    check_value_and_gradient(
        lambda views: koleo_loss(views[0], tensor),
        lambda views: by_hand(views[0], list(groups)),
        1.7 * unit_views(7, 6, views=1),
    )


def test_each_is_a_group_of_its_own_if_nothing_is_said():
    embeddings = torch.randn(9, 4)
    assert koleo_loss(embeddings) == koleo_loss(embeddings, torch.arange(9))


def test_two_in_one_place_have_a_finite_gradient():
    embeddings = torch.ones(3, 4, requires_grad=True)
    loss = koleo_loss(embeddings)
    loss.backward()
    assert loss.item() == pytest.approx(-np.log(1e-8), rel=1e-5)
    assert embeddings.grad.isfinite().all()


def test_nobody_has_a_neighbour():
    embeddings = torch.randn(3, 4, requires_grad=True)
    loss = koleo_loss(embeddings, torch.zeros(3))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(embeddings.grad, torch.zeros(3, 4))
