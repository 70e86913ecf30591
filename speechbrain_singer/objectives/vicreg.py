"""VICReg: variance, invariance and covariance."""

import torch
import torch.nn.functional as F

from speechbrain_singer.objectives.objective import Objective


def variance_loss(first, second):
    """How far the deviation of each dimension falls short of its target.

    The hinge of Bardes et al. ("VICReg", ICLR 2022, eq. 1), averaged over
    dimensions and views. The target is 1 / sqrt(dim), that of projections of
    length 1 which are spread over the sphere (Torres et al., ISMIR 2023).

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim]

    Returns
    -------
    loss : torch.Tensor
        Scalar in [0, 1 / sqrt(dim)].

    Example
    -------
    >>> variance_loss(torch.ones(3, 4), torch.eye(4)[:3])
    tensor(0.3124)
    """
    target = first.shape[1] ** -0.5
    variances = torch.stack([first.var(dim=0), second.var(dim=0)])
    return F.relu(target - (variances + 1e-8).sqrt()).mean()


def covariance_loss(first, second):
    """Squared covariances of different dimensions.

    Summed over pairs of dimensions and over the views, divided by the number
    of dimensions (Bardes et al., "VICReg", ICLR 2022, eqs. 3 and 4).

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim]

    Returns
    -------
    loss : torch.Tensor
        Scalar.

    Example
    -------
    >>> views = torch.tensor([[1.0, 1.0], [-1.0, -1.0]])
    >>> covariance_loss(views, views)
    tensor(8.)
    """
    return _off_diagonal(first) + _off_diagonal(second)


def _off_diagonal(projections):
    batch, dim = projections.shape
    centred = projections - projections.mean(dim=0)
    covariance = centred.T @ centred / (batch - 1)
    diagonal = torch.eye(dim, dtype=torch.bool, device=projections.device)
    return covariance.masked_fill(diagonal, 0.0).square().sum() / dim


class VICRegLoss(Objective):
    """Weighted sum of invariance, variance and covariance.

    With the weights that were published for singers (Torres et al., ISMIR
    2023). The invariance is the mean-squared error of both views. There are
    no negatives, so that groups make no difference.

    Arguments
    ---------
    invariance : float
        Weight.
    variance : float
        Weight.
    covariance : float
        Weight.

    Example
    -------
    >>> views = torch.tensor([[1.0, 1.0], [-1.0, -1.0]])
    >>> VICRegLoss()(views, views)
    tensor(800.)
    """

    def __init__(self, invariance=25.0, variance=25.0, covariance=100.0):
        super().__init__()
        self.invariance = invariance
        self.variance = variance
        self.covariance = covariance

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        return (
            self.invariance * F.mse_loss(first, second)
            + self.variance * variance_loss(first, second)
            + self.covariance * covariance_loss(first, second)
        )
