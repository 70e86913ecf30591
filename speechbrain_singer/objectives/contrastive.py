"""Contrastive objectives: decoupled, and NT-Xent."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_number
from speechbrain_singer.objectives.objective import Objective


def contrastive_loss(
    first, second, groups=None, temperature=0.2, decoupled=True
):
    """Cross-entropy of finding an example's second view among all of them.

    With s the cosine over the temperature, the mean over the anchors of
    logsumexp(s of the negatives) - s of the positive. NT-Xent (Chen et al.,
    "SimCLR", ICML 2020, eq. 1) has the positive among the terms of the sum;
    the decoupled loss (Yeh et al., ECCV 2022, eq. 6) leaves it out. The first
    views are the anchors, as in the published singer encoders (Torres et al.,
    ISMIR 2023).

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim], projections of both views; their lengths do not matter.
    groups : torch.Tensor, optional
        [batch], integers. Examples of one group are no negatives of each
        other. Each is a group of its own if left out.
    temperature : float
    decoupled : bool
        Whether the positive is left out of the sum.

    Returns
    -------
    loss : torch.Tensor
        Scalar; 0 if there are no negatives.

    Example
    -------
    >>> views = torch.eye(4)
    >>> contrastive_loss(views, views, temperature=1.0)  # log(3) - 1
    tensor(0.0986)
    """
    first, second = F.normalize(first, dim=1), F.normalize(second, dim=1)
    positives = (first * second).sum(dim=1) / temperature
    scores = (first / temperature) @ second.T
    return _cross_entropy(positives, scores, _groups(first, groups), decoupled)


def symmetric_contrastive_loss(
    first, second, groups=None, temperature=0.2, decoupled=True
):
    """As `contrastive_loss`, both views being anchors and negatives.

    Arguments
    ---------
    first, second, groups, temperature, decoupled
        As there.

    Returns
    -------
    loss : torch.Tensor
        Scalar; 0 if there are no negatives.

    Example
    -------
    >>> views = torch.eye(4)  # six negatives each: log(6) - 1
    >>> symmetric_contrastive_loss(views, views, temperature=1.0)
    tensor(0.7918)
    """
    first, second = F.normalize(first, dim=1), F.normalize(second, dim=1)
    positives = (first * second).sum(dim=1) / temperature
    both = torch.cat([first, second])
    scores = (both / temperature) @ both.T
    groups = _groups(first, groups).repeat(2)
    return _cross_entropy(positives.repeat(2), scores, groups, decoupled)


def _groups(examples, groups):
    if groups is not None:
        return groups
    return torch.arange(len(examples), device=examples.device)


def _cross_entropy(positives, scores, groups, decoupled):
    """Of [anchors] positives and [anchors, candidates] scores."""
    others = groups.unsqueeze(1) != groups
    # Not minus infinity: a row without negatives would have no gradient
    nothing = torch.finfo(scores.dtype).min
    negatives = scores.masked_fill(~others, nothing).logsumexp(dim=1)
    total = negatives if decoupled else torch.logaddexp(negatives, positives)
    return torch.where(others.any(), total - positives, 0.0).mean()


class ContrastiveLoss(Objective):
    """The contrastive objective over the batch of all processes.

    Arguments
    ---------
    temperature : float
    decoupled : bool
    symmetric : bool
        Whether it is `symmetric_contrastive_loss`, or `contrastive_loss`.

    Example
    -------
    >>> ContrastiveLoss(temperature=1.0)(torch.eye(4), torch.eye(4))
    tensor(0.0986)
    """

    def __init__(self, temperature=0.2, decoupled=True, symmetric=False):
        super().__init__()
        check_number("temperature", temperature, least=0, above=True)
        self.temperature = temperature
        self.decoupled = decoupled
        self.symmetric = symmetric

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        loss = (
            symmetric_contrastive_loss if self.symmetric else contrastive_loss
        )
        return loss(first, second, groups, self.temperature, self.decoupled)
