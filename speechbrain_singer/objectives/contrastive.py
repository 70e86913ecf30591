"""Contrastive objectives: decoupled, and NT-Xent."""

import torch
import torch.nn.functional as F

from speechbrain_singer.objectives.objective import Objective


def contrastive_loss(
    first,
    second,
    temperature=0.2,
    decoupled=True,
    symmetric=False,
    groups=None,
):
    """Cross-entropy of finding an example's other view among all examples.

    With s the cosine over the temperature, the mean over the anchors of
    logsumexp(s of the negatives) - s of the positive. NT-Xent (Chen et al.,
    "SimCLR", ICML 2020, eq. 1) has the positive among the terms of the sum;
    the decoupled loss (Yeh et al., ECCV 2022, eq. 6) leaves it out. Anchors
    of the first view and negatives of the second alone are what the published
    singer encoders have (Torres et al., ISMIR 2023).

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim], projections of both views; their lengths do not matter.
    temperature : float
    decoupled : bool
        Whether the positive is left out of the sum.
    symmetric : bool
        Whether both views are anchors, with negatives of both views, instead
        of anchors of the first with negatives of the second.
    groups : torch.Tensor, optional
        [batch], integers. Examples of one group are no negatives of each
        other. Each is a group of its own if left out.

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
    if groups is None:
        groups = torch.arange(len(first), device=first.device)
    anchors, candidates = first, second
    if symmetric:
        anchors = candidates = torch.cat([first, second])
        positives, groups = positives.repeat(2), groups.repeat(2)
    others = groups.unsqueeze(1) != groups
    scores = (anchors / temperature) @ candidates.T
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
        As `contrastive_loss` has them.

    Example
    -------
    >>> ContrastiveLoss(temperature=1.0)(torch.eye(4), torch.eye(4))
    tensor(0.0986)
    """

    def __init__(self, temperature=0.2, decoupled=True, symmetric=False):
        super().__init__()
        self.temperature = temperature
        self.decoupled = decoupled
        self.symmetric = symmetric

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        return contrastive_loss(
            first,
            second,
            self.temperature,
            self.decoupled,
            self.symmetric,
            groups,
        )
