"""Supervised contrastive learning: clips of a voice attract each other."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_number
from speechbrain_singer.objectives.objective import Objective


def supervised_contrastive_loss(embeddings, labels, temperature=0.07):
    """Cross-entropy of finding each example with an anchor's label.

    With s the cosine over the temperature, the mean over the anchors of
    logsumexp(s of all others) - mean(s of those with its label): L_out
    (Khosla et al., NeurIPS 2020, eq. 2).

    Arguments
    ---------
    embeddings : torch.Tensor
        [examples, dim]; their lengths do not matter.
    labels : torch.Tensor
        [examples], integers. An example that is alone with its label is a
        negative of the others, and no anchor.
    temperature : float

    Returns
    -------
    loss : torch.Tensor
        Scalar; 0 if no two examples share a label.

    Example
    -------
    >>> embeddings = torch.eye(2).repeat(2, 1)
    >>> labels = torch.tensor([0, 1, 0, 1])
    >>> supervised_contrastive_loss(embeddings, labels, 1.0)  # log(e + 2) - 1
    tensor(0.5514)
    """
    embeddings = F.normalize(embeddings, dim=1)
    scores = (embeddings / temperature) @ embeddings.T
    itself = torch.eye(len(labels), dtype=torch.bool, device=scores.device)
    alike = (labels.unsqueeze(1) == labels) & ~itself
    # Not minus infinity: it would not survive the product below
    nothing = torch.finfo(scores.dtype).min
    total = scores.masked_fill(itself, nothing).logsumexp(dim=1)
    positives = alike.sum(dim=1)
    mean = (scores * alike).sum(dim=1) / positives.clamp(min=1)
    losses = (total - mean) * (positives > 0)
    return losses.sum() / (positives > 0).sum().clamp(min=1)


class SupervisedContrastiveLoss(Objective):
    """The supervised contrastive objective over the batch of all processes.

    Each voice comes with two clips; those of one group are of one voice.

    Arguments
    ---------
    temperature : float

    Example
    -------
    >>> loss = SupervisedContrastiveLoss(temperature=1.0)
    >>> loss(torch.eye(2), torch.eye(2))
    tensor(0.5514)
    """

    def __init__(self, temperature=0.07):
        super().__init__()
        check_number("temperature", temperature, least=0, above=True)
        self.temperature = temperature

    def compute(self, first, second, groups=None):
        """The objective of checked views of all processes: a scalar."""
        if groups is None:
            groups = torch.arange(len(first), device=first.device)
        return supervised_contrastive_loss(
            torch.cat([first, second]), groups.repeat(2), self.temperature
        )
