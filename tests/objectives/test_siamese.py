import numpy as np
import pytest
import torch
from finite_differences import check_value_and_gradient

from speechbrain_singer.objectives.siamese import (
    SiameseLoss,
    hardest_negatives,
    pair_losses,
)

FORMS = pytest.mark.parametrize("form", ["linear", "hadsell"])
NEGATIVES = pytest.mark.parametrize("negatives", ["drawn", "hardest"])


def pairs(number, dim=16, singers=5, seed=0):
    """Embeddings [2, pairs, dim], some within the margin; labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(singers, size=(number, 2))
    labels[::2, 1] = labels[::2, 0]
    embeddings = rng.standard_normal((2, number, dim)) / np.sqrt(3 * dim)
    return embeddings, labels


def one_by_hand(first, second, same, margin, form):
    squared = sum((a - b) ** 2 for a, b in zip(first, second, strict=True))
    if same:
        return squared / 2
    if form == "linear":
        return max(0.0, margin - squared) / 2
    return max(0.0, margin - np.sqrt(squared)) ** 2 / 2


def by_hand(embeddings, labels, margin, form, negatives):
    """Pair by pair, and negative by negative."""
    losses = []
    both = embeddings.reshape(-1, embeddings.shape[2])
    singers = labels.T.flatten()
    for first, second, (a, b) in zip(*embeddings, labels, strict=True):
        if negatives == "drawn" or a == b:
            losses.append(one_by_hand(first, second, a == b, margin, form))
        if negatives == "hardest" and a == b:
            others = both[singers != a]
            nearest = min(others, key=lambda x: np.linalg.norm(x - first))
            losses.append(one_by_hand(first, nearest, False, margin, form))
    return np.mean(losses)


@FORMS
@NEGATIVES
@pytest.mark.parametrize("margin", [0.5, 1.0])
@pytest.mark.parametrize("number", [2, 32])
def test_equals_the_formula(number, margin, form, negatives):
    embeddings, labels = pairs(number)
    options = {"margin": margin, "form": form, "negatives": negatives}
    loss = SiameseLoss(**options)
    check_value_and_gradient(
        lambda views: loss(*views, torch.tensor(labels)),
        lambda views: by_hand(views, labels, **options),
        embeddings,
    )


@FORMS
@NEGATIVES
def test_gradients_element_by_element(form, negatives):
    embeddings, labels = pairs(6, dim=3)
    loss = SiameseLoss(form=form, negatives=negatives)
    views = torch.tensor(embeddings, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda views: loss(*views, torch.tensor(labels)), views
    )


def test_three_pairs_on_paper():
    """One singer 0.6 apart, others 0.6 and 2 apart."""
    first = torch.zeros(3, 2)
    second = torch.tensor([[0.6, 0.0], [0.0, 0.6], [2.0, 0.0]])
    labels = torch.tensor([[0, 0], [0, 1], [0, 2]])
    linear = (0.36 + (1 - 0.36) + 0) / 6
    assert SiameseLoss()(first, second, labels).item() == pytest.approx(linear)
    hadsell = (0.36 + (1 - 0.6) ** 2 + 0) / 6
    measured = SiameseLoss(form="hadsell")(first, second, labels)
    assert measured.item() == pytest.approx(hadsell)
    # The nearest of others is the second pair's second; both beside the first
    hardest = SiameseLoss(negatives="hardest")
    measured = hardest(first, second, labels)
    assert measured.item() == pytest.approx((0.36 + (1 - 0.36)) / 4)


@FORMS
@NEGATIVES
@pytest.mark.parametrize("margin", [1.0, 3.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_what_a_collapsed_space_has(form, negatives, margin, dtype):
    views = torch.ones(2, 8, 4, dtype=dtype, requires_grad=True)
    labels = torch.tensor([[0, 0], [0, 1]] * 4)
    objective = SiameseLoss(margin, form, negatives)
    loss = objective(*views, labels)
    assert loss.item() == pytest.approx(objective.collapsed)
    assert (
        objective.collapsed == (margin if form == "linear" else margin**2) / 4
    )
    (gradient,) = torch.autograd.grad(loss, views)
    assert (gradient == 0).all()


def test_linear_any_one_distance_is_worth_a_collapse():
    distances = torch.full((10,), 0.7)
    loss = pair_losses(distances, torch.arange(10) % 2 == 0).mean()
    assert loss.item() == pytest.approx(SiameseLoss().collapsed)


def test_hadsells_gradient_near_0_is_that_of_a_distance():
    """Of length 1, however near others are: margin times a direction."""
    second = torch.full((1, 4), 1e-12, requires_grad=True)
    distances = second.square().sum(dim=1)
    loss = pair_losses(distances, torch.tensor([False]), form="hadsell")
    (gradient,) = torch.autograd.grad(loss.sum(), second)
    assert gradient[0].tolist() == pytest.approx([-0.5] * 4, rel=1e-5)


def test_hardest_negatives_are_the_nearest_of_others():
    rng = np.random.default_rng(0)
    embeddings, singers = rng.standard_normal((40, 5)), rng.integers(4, size=40)
    # Far from the origin, where squares lose what tells them apart
    places = torch.tensor(embeddings).float() * 1e-3 + 100
    labels = torch.tensor(singers)
    nearest, found = hardest_negatives(places, labels, places, labels)
    assert found.all()
    for row, place in enumerate(nearest):
        distances = np.linalg.norm(
            places.double() - places[row].double(), axis=1
        )
        distances[singers == singers[row]] = np.inf
        assert place == distances.argmin()


def test_without_another_singer_pairs_of_one_count_alone():
    first, second = torch.zeros(2, 3), torch.ones(2, 3)
    loss = SiameseLoss(negatives="hardest")
    alone = loss(first, second, torch.zeros(2, 2, dtype=torch.long))
    assert alone.item() == pytest.approx(1.5)
    no_pair = loss(first, second, torch.tensor([[0, 1], [2, 3]]))
    assert no_pair.item() == 0.0


def test_in_evaluation_pairs_are_taken_as_they_are():
    embeddings, labels = pairs(32)
    arguments = (*torch.tensor(embeddings), torch.tensor(labels))
    hardest = SiameseLoss(negatives="hardest")
    assert hardest(*arguments) > 1.1 * SiameseLoss()(*arguments)
    assert hardest.eval()(*arguments) == SiameseLoss()(*arguments)


def test_settings_that_make_no_sense():
    with pytest.raises(ValueError, match="margin: 0"):
        SiameseLoss(margin=0)
    with pytest.raises(ValueError, match="'cubic': must be one of linear, h"):
        SiameseLoss(form="cubic")
    with pytest.raises(ValueError, match="'all': must be one of drawn, hard"):
        SiameseLoss(negatives="all")


@pytest.mark.parametrize("shape", [(4,), (3, 2), (4, 3)])
def test_labels_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"4 pairs need labels \[4, 2\]"):
        SiameseLoss()(*torch.ones(2, 4, 3), torch.zeros(shape))
