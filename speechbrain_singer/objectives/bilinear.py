"""The bilinear objective: a voice is found by a similarity that is learned."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_whole
from speechbrain_singer.objectives.objective import Objective

_DEVIATION = 0.05  # of the weights at the start, as published


def bilinear_loss(first, second, weight, groups=None, apart=True):
    """Cross-entropy of finding an anchor's second view by the score a W p.

    The first views are the anchors; all second views are the candidates, each
    anchor's own being the right one (Saeed et al., "COLA", ICASSP 2021). Second
    views that are silence are all alike: they are one candidate together, their
    mean, which is the right one for all of their anchors, as in the code of
    Garoufis et al. ("CVSM", 2025).

    Arguments
    ---------
    first, second : torch.Tensor
        [batch, dim], the anchors and the candidates.
    weight : torch.Tensor
        [dim, dim], W.
    groups : torch.Tensor, optional
        [batch], integers from 0 on; ~group where the second view is silence.
        Each example is a group of its own if left out.
    apart : bool
        Whether examples of one group are no candidates for each other's
        anchors; published: False.

    Returns
    -------
    loss : torch.Tensor
        Scalar.

    Example
    -------
    >>> views = torch.eye(4)
    >>> bilinear_loss(views, views, torch.eye(4))  # log(e + 3) - 1
    tensor(0.7437)
    """
    scores = first @ weight @ second.T
    targets = torch.arange(len(first), device=first.device)
    if groups is None:
        return F.cross_entropy(scores, targets)
    # Not minus infinity, which would have no gradient
    nothing = torch.finfo(scores.dtype).min
    silent = groups < 0
    count = silent.sum()
    # W p is linear: the mean of the scores is the score of the mean
    silence = scores.where(silent, 0.0).sum(dim=1) / count.clamp(min=1)
    silence = silence.where(count > 0, nothing)
    left_out = silent.expand_as(scores)
    if apart:
        groups = groups.where(~silent, ~groups)
        same = groups.unsqueeze(1) == groups
        left_out = left_out | same.fill_diagonal_(False)
    scores = scores.masked_fill(left_out, nothing)
    scores = torch.cat([scores, silence.unsqueeze(1)], dim=1)
    return F.cross_entropy(scores, targets.where(~silent, len(first)))


class BilinearLoss(Objective):
    """The bilinear objective over the batch of all processes.

    W starts from a normal distribution with a deviation of 0.05, as published.

    Arguments
    ---------
    dim : int
        Of the projections.
    apart : bool
        As in `bilinear_loss`.

    Raises
    ------
    ValueError
        If there is no dimension.

    Example
    -------
    >>> objective = BilinearLoss(dim=4)
    >>> _ = objective.weight.data.copy_(torch.eye(4))
    >>> objective(torch.eye(4), torch.eye(4)).item()  # log(e + 3) - 1
    0.74366...
    """

    def __init__(self, dim=512, apart=True):
        super().__init__()
        check_whole("dimension of the projections", dim, least=1)
        self.dim = dim
        self.apart = apart
        self.weight = torch.nn.Parameter(_DEVIATION * torch.randn(dim, dim))

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        return bilinear_loss(first, second, self.weight, groups, self.apart)
