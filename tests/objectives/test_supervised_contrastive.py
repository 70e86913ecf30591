import numpy as np
import pytest
import torch

from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.supervised_contrastive import (
    SupervisedContrastiveLoss,
    supervised_contrastive_loss,
)


def by_hand(embeddings, labels, temperature):
    """L_out as it is printed (Khosla et al., NeurIPS 2020, eq. 2)."""
    z = [x / np.linalg.norm(x) for x in embeddings]
    losses = []
    for i, label in enumerate(labels):
        others = [a for a in range(len(z)) if a != i]
        positives = [p for p in others if labels[p] == label]
        if not positives:
            continue
        total = sum(np.exp(z[i] @ z[a] / temperature) for a in others)
        terms = [
            np.log(np.exp(z[i] @ z[p] / temperature) / total) for p in positives
        ]
        losses.append(-sum(terms) / len(positives))
    return np.mean(losses)


@pytest.mark.parametrize("temperature", [0.07, 0.5])
@pytest.mark.parametrize(
    "labels", [[0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 0], [0, 1, 2, 3, 1, 1]]
)
def test_is_the_printed_formula(labels, temperature):
    embeddings = np.random.default_rng(0).normal(size=(6, 5))
    expected = by_hand(embeddings, labels, temperature)
    found = supervised_contrastive_loss(
        torch.tensor(embeddings), torch.tensor(labels), temperature
    )
    assert found.item() == pytest.approx(expected, rel=1e-12)


def test_gradient_is_that_of_finite_differences():
    embeddings = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 1, 0, 1, 2])
    assert torch.autograd.gradcheck(
        lambda x: supervised_contrastive_loss(x, labels, 0.3), (embeddings,)
    )


def test_with_two_clips_each_it_is_nt_xent():
    views = torch.randn(2, 7, 5, dtype=torch.float64)
    expected = ContrastiveLoss(0.1, decoupled=False, symmetric=True)(*views)
    found = SupervisedContrastiveLoss(0.1)(*views)
    assert found.item() == pytest.approx(expected.item(), rel=1e-12)


def test_voices_of_one_group_attract_each_other():
    views = torch.eye(4).repeat(2, 1, 1)
    groups = torch.tensor([0, 0, 1, 2])
    expected = by_hand(views.flatten(0, 1).numpy(), [0, 0, 1, 2] * 2, 1.0)
    found = SupervisedContrastiveLoss(1.0)(*views, groups)
    assert found.item() == pytest.approx(expected, rel=1e-6)


def test_without_pairs_there_is_nothing_to_learn():
    embeddings = torch.randn(3, 4, requires_grad=True)
    loss = supervised_contrastive_loss(embeddings, torch.arange(3))
    loss.backward()
    assert loss.item() == 0
    assert embeddings.grad.abs().max() == 0


def test_a_temperature_of_nothing_is_refused():
    with pytest.raises(ValueError, match="temperature"):
        SupervisedContrastiveLoss(temperature=0.0)
