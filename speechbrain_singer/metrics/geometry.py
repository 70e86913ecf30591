"""The health of an embedding space: is it spread out, or has it collapsed?

Embeddings are tensors, [n, dim], n at least 2; pairs of views are two of them.
Figures are floats, of embeddings brought to length 1.
"""

import torch
import torch.nn.functional as F

from speechbrain_singer.objectives.uniformity_alignment import (
    alignment_loss,
    uniformity_loss,
)
from speechbrain_singer.principal_axes import smaller_gram


def alignment(first, second):
    """Mean squared distance of the two views of a pair on the unit sphere.

    Wang and Isola (ICML 2020), eq. 5 with alpha = 2: in [0, 4], 0 if the views
    of each pair agree.

    Example
    -------
    >>> alignment(torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    2.0
    """
    first, second = F.normalize(first, dim=1), F.normalize(second, dim=1)
    return alignment_loss(first, second).item()


def uniformity(embeddings, t=2.0):
    """Logarithm of the mean Gaussian potential between all pairs of rows.

    Wang and Isola (ICML 2020), eq. 6: 0 if all are in one place, about -2 t if
    spread over the sphere.

    Example
    -------
    >>> round(uniformity(torch.tensor([[1.0, 0.0], [-1.0, 0.0]])), 4)
    -8.0
    """
    return uniformity_loss(F.normalize(embeddings, dim=1), t).item()


def relative_deviation(embeddings):
    """Standard deviation per dimension, relative to a uniform sphere's.

    The mean over dimensions, times sqrt(dim): 0 if all are in one place, 1 if
    spread over the sphere.

    Example
    -------
    >>> relative_deviation(torch.ones(4, 8))
    0.0
    """
    normalised = F.normalize(embeddings, dim=1)
    deviation = normalised.std(dim=0, correction=0).mean()
    return (deviation * embeddings.shape[1] ** 0.5).item()


def effective_rank(embeddings):
    """How many directions the embeddings really use.

    The exponential of the entropy of the normalised eigenvalues of their
    covariance (Roy and Vetterli, EUSIPCO 2007): from 1 to min(n - 1, dim), 1
    also if all are in one place.

    Example
    -------
    >>> round(effective_rank(torch.cat([torch.eye(4), -torch.eye(4)])), 4)
    4.0
    """
    normalised = F.normalize(embeddings.double(), dim=1)
    centred = normalised - normalised.mean(dim=0)
    variances = torch.linalg.eigvalsh(smaller_gram(centred)).clamp(min=0)
    if variances.sum() <= 1e-12 * len(embeddings):
        return 1.0
    shares = variances / variances.sum()
    return torch.special.entr(shares).sum().exp().item()


def similarities(first, second, groups=None):
    """Mean cosine of the views of a pair, and of views of different groups.

    Arguments
    ---------
    first, second : torch.Tensor
        [pairs, dim]
    groups : torch.Tensor, optional
        [pairs], integers. Each pair is a group of its own if left out.

    Returns
    -------
    positive : float
    negative : float or None
        None if all are of one group.

    Example
    -------
    >>> similarities(torch.eye(2), torch.eye(2))
    (1.0, 0.0)
    """
    cosines = F.normalize(first, dim=1) @ F.normalize(second, dim=1).T
    if groups is None:
        groups = torch.arange(len(first))
    negatives = cosines[groups.unsqueeze(1) != groups]
    negative = negatives.mean().item() if len(negatives) else None
    return cosines.diagonal().mean().item(), negative


def extent(vectors):
    """How much of their space vectors [n, dim] use.

    Returns
    -------
    extent : dict
        deviation and effective_rank.
    """
    return {
        "deviation": relative_deviation(vectors),
        "effective_rank": effective_rank(vectors),
    }


def space_health(first, second, groups=None):
    """All of the above for pairs of views, as it goes into the log.

    Arguments
    ---------
    first, second, groups : torch.Tensor
        As `similarities` takes them.

    Returns
    -------
    health : dict of str to float
        alignment; uniformity, deviation and effective_rank of the first
        views; positive_similarity and, if there are several groups,
        negative_similarity.
    """
    positive, negative = similarities(first, second, groups)
    health = {
        "alignment": alignment(first, second),
        "uniformity": uniformity(first),
        **extent(first),
        "positive_similarity": positive,
    }
    if negative is not None:
        health["negative_similarity"] = negative
    return health
