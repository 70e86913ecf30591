"""What holds for every objective on pairs of projections."""

import copy

import pytest
import torch
from finite_differences import unit_views
from pairs_of_singers import PairsOfSingers

from speechbrain_singer.objectives.bilinear import BilinearLoss
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.contrastive_vc import ContrastiveVCLoss
from speechbrain_singer.objectives.supervised_contrastive import (
    SupervisedContrastiveLoss,
)
from speechbrain_singer.objectives.uniformity_alignment import (
    UniformityAlignmentLoss,
)
from speechbrain_singer.objectives.vicreg import VICRegLoss


class Bilinear(BilinearLoss):
    """With weights of the precision and of the device of the views."""

    def compute(self, first, second, groups=None):
        self.to(first)
        return super().compute(first, second, groups)


class OfTwoViews(BYOLLoss):
    """BYOL called as the others are: views predict each other."""

    def forward(self, first, second, groups=None):
        views = torch.stack([first, second])
        return super().forward(views, views)


torch.manual_seed(0)
JOINT_EMBEDDING = {
    "bilinear": Bilinear(dim=128),
    "contrastive": ContrastiveLoss(),
    "nt_xent": ContrastiveLoss(decoupled=False),
    "symmetric": ContrastiveLoss(symmetric=True),
    "symmetric_nt_xent": ContrastiveLoss(decoupled=False, symmetric=True),
    "contrastive_vc": ContrastiveVCLoss(),
    "uniformity_alignment": UniformityAlignmentLoss(),
    "vicreg": VICRegLoss(),
    "siamese": PairsOfSingers(),
    "hadsell": PairsOfSingers(form="hadsell"),
    "hardest": PairsOfSingers(negatives="hardest"),
    "supervised_contrastive": SupervisedContrastiveLoss(),
}
ALL = {**JOINT_EMBEDDING, "byol": OfTwoViews()}
GROUPS = torch.arange(140) // 2


def each(objectives):
    return pytest.mark.parametrize(
        "objective", objectives.values(), ids=objectives.keys()
    )


def value_and_gradient(objective, views, groups=None):
    views = views.clone().requires_grad_()
    loss = objective(*views, groups)
    (gradient,) = torch.autograd.grad(loss, views)
    return loss.detach(), gradient


@each(ALL)
def test_single_precision_is_enough(objective):
    views = torch.tensor(unit_views(140))
    expected, expected_gradient = value_and_gradient(objective, views, GROUPS)
    loss, gradient = value_and_gradient(objective, views.float(), GROUPS)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5, abs=1e-6)
    error = (gradient - expected_gradient).norm() / expected_gradient.norm()
    assert error < 1e-5


@each(ALL)
def test_mixed_precision_does_not_reach_it(objective):
    views = torch.tensor(unit_views(140)).bfloat16()
    expected, expected_gradient = value_and_gradient(
        objective, views.float(), GROUPS
    )
    views = views.requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = objective(*views, GROUPS)
    (gradient,) = torch.autograd.grad(loss, views)
    assert loss.dtype == torch.float32
    assert torch.equal(loss, expected)
    assert torch.equal(gradient, expected_gradient.bfloat16())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@each(ALL)
def test_gpu_equals_cpu(objective):
    views = torch.tensor(unit_views(140)).float()
    expected, expected_gradient = value_and_gradient(objective, views, GROUPS)
    loss, gradient = value_and_gradient(objective, views.cuda(), GROUPS.cuda())
    assert loss.item() == pytest.approx(expected.item(), rel=1e-4, abs=1e-5)
    error = (gradient.cpu() - expected_gradient).norm()
    assert error < 1e-4 * expected_gradient.norm()


@each(ALL)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("value", [0.0, 128**-0.5])
@pytest.mark.parametrize("groups", [None, torch.zeros(8, dtype=torch.long)])
def test_a_collapsed_space_stays_finite(objective, dtype, value, groups):
    views = torch.full((2, 8, 128), value, dtype=dtype)
    loss, gradient = value_and_gradient(objective, views, groups)
    assert loss.isfinite()
    assert gradient.isfinite().all()


@each(ALL)
def test_one_group_alone_stays_finite(objective):
    views = torch.tensor(unit_views(8)).float()
    groups = torch.zeros(8, dtype=torch.long)
    loss, gradient = value_and_gradient(objective, views, groups)
    assert loss.isfinite()
    assert gradient.isfinite().all()


@each(JOINT_EMBEDDING)
@pytest.mark.parametrize("mode", [True, False])
def test_a_batch_of_one_is_refused(objective, mode):
    objective = copy.deepcopy(objective).train(mode)
    with pytest.raises(ValueError, match=r"a batch of 1.*raise batch_size"):
        objective(*torch.ones(2, 1, 4))


@each(ALL)
@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
def test_projections_that_are_not_finite_are_counted(objective, bad):
    views = torch.tensor(unit_views(6))
    views[0, 2, 7] = views[1, 4, 1] = views[1, 2, 0] = bad
    with pytest.raises(
        ValueError, match=r"2 of 6 examples.*first is example 2.*lower lr"
    ):
        objective(*views)


@each(JOINT_EMBEDDING)
def test_different_shapes_are_refused(objective):
    for second in (torch.ones(3, 4), torch.ones(5, 2), torch.ones(4)):
        with pytest.raises(ValueError, match=r"\[5, 4\] and \["):
            objective(torch.ones(5, 4), second)


@each(JOINT_EMBEDDING)
def test_projections_without_a_batch_are_refused(objective):
    with pytest.raises(ValueError, match=r"\[batch, dim\].*\[4\] and \[4\]"):
        objective(torch.ones(4), torch.ones(4))
