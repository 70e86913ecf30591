"""Alignment of the views of an example, uniformity over the sphere."""

import torch

from speechbrain_singer.objectives.objective import Objective


def alignment_loss(first, second):
    """Mean squared distance of the two views of an example.

    Wang and Isola (ICML 2020), eq. 5 with alpha = 2.

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim], of length 1.

    Returns
    -------
    loss : torch.Tensor
        Scalar in [0, 4].

    Example
    -------
    >>> alignment_loss(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor(2.)
    """
    return (first - second).square().sum(dim=1).mean()


def uniformity_loss(projections, t=2.0, groups=None):
    """Logarithm of the mean Gaussian potential between examples.

    log mean exp(-t ||x - y||^2) over pairs of different groups: Wang and
    Isola (ICML 2020), eq. 6.

    Arguments
    ---------
    projections : torch.Tensor
        [batch, dim], of length 1.
    t : float
    groups : torch.Tensor, optional
        [batch], integers. Pairs within a group are left out. Each example is
        a group of its own if left out.

    Returns
    -------
    loss : torch.Tensor
        Scalar in [-4 t, 0]; 0 if there are no pairs.

    Example
    -------
    >>> uniformity_loss(torch.tensor([[1.0, 0.0], [-1.0, 0.0]]))
    tensor(-8.)
    """
    if groups is None:
        groups = torch.arange(len(projections), device=projections.device)
    same = groups.unsqueeze(1) == groups
    lengths = projections.square().sum(dim=1)
    # ||x - y||^2 by one matrix product: torch.pdist has a slow backward
    exponents = torch.addmm(
        lengths.unsqueeze(1) + lengths,
        projections,
        projections.T,
        beta=-t,
        alpha=2 * t,
    )
    pairs = (~same).sum().clamp(min=1)
    # On the sphere no exponent lies below -4 t: nothing underflows
    potentials = exponents.exp().masked_fill(same, 0.0)
    # Without pairs the logarithm of 1, whose gradient is none
    return torch.where(same.all(), 1.0, potentials.sum() / pairs).log()


class UniformityAlignmentLoss(Objective):
    """Weighted sum of alignment and of the uniformity of both views.

    As published for singers (Torres et al., ISMIR 2023): the views'
    uniformities are averaged, and both weights are 1.

    Arguments
    ---------
    alignment : float
        Weight.
    uniformity : float
        Weight.
    t : float
        Of the uniformity.

    Example
    -------
    >>> views = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    >>> UniformityAlignmentLoss()(views, views)
    tensor(-8.)
    """

    def __init__(self, alignment=1.0, uniformity=1.0, t=2.0):
        super().__init__()
        self.alignment = alignment
        self.uniformity = uniformity
        self.t = t

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        uniformity = 0.5 * (
            uniformity_loss(first, self.t, groups)
            + uniformity_loss(second, self.t, groups)
        )
        alignment = alignment_loss(first, second)
        return self.alignment * alignment + self.uniformity * uniformity
