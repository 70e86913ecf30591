"""KoLeo: examples spread evenly, as each is pushed off its nearest one."""

import torch
import torch.nn.functional as F

EPSILON = 1e-8  # of a distance: two examples in one place


def koleo_loss(embeddings, groups=None):
    """How near the nearest neighbours are: minus the mean log distance.

    The Kozachenko-Leonenko estimate of the entropy, but for a constant, of
    directions (Sablayrolles et al., "Spreading vectors for similarity search",
    ICLR 2019, eq. 3; Oquab et al., "DINOv2", 2024).

    Arguments
    ---------
    embeddings : torch.Tensor
        [batch, dim], of any length but 0.
    groups : torch.Tensor, optional
        [batch], integers. Examples of one group are no neighbours. Each is a
        group of its own if left out.

    Returns
    -------
    loss : torch.Tensor
        Scalar, -log 2 at least; 0 if nobody has a neighbour.

    Example
    -------
    >>> koleo_loss(torch.tensor([[3.0, 0.0], [0.0, 0.5]]))  # -log sqrt(2)
    tensor(-0.3466)
    """
    if groups is None:
        groups = torch.arange(len(embeddings), device=embeddings.device)
    directions = F.normalize(embeddings, dim=1)
    same = groups.unsqueeze(1) == groups
    with torch.no_grad():
        cosines = (directions @ directions.T).masked_fill(same, -torch.inf)
        nearest = cosines.argmax(dim=1)
    squares = (directions - directions[nearest]).square().sum(dim=1)
    logs = 0.5 * (squares + EPSILON**2).log()
    alone = same.all(dim=1)
    return -logs.masked_fill(alone, 0.0).sum() / (~alone).sum().clamp(min=1)
