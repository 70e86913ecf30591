"""Weights of classes in a loss, the rarer the larger."""

import torch
import torch.nn.functional as F

from speechbrain_singer.distributed import average

_POWER = 0.2


def class_weights(labels, classes):
    """The weights 1 / n^0.2 of classes with n examples each.

    As published (Yamamoto, Nam and Terasawa, "Deformable CNN and
    imbalance-aware feature learning for singing technique classification",
    Interspeech 2022). They are not normalised; the mean that `cross_entropy`
    takes with them is.

    Arguments
    ---------
    labels : sequence of int
        Of the examples that are trained on.
    classes : int
        How many there are. One without examples, which no example can ask
        for, weighs as much as one with a single example.

    Returns
    -------
    weights : torch.Tensor
        [classes], float32.

    Raises
    ------
    ValueError
        If a label is no class.

    Example
    -------
    >>> class_weights([0] * 32 + [1], classes=2)
    tensor([0.5000, 1.0000])
    """
    labels = torch.as_tensor(labels, dtype=torch.long)
    if len(labels) and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()}: must be from 0 to "
            f"{classes - 1}"
        )
    counts = torch.bincount(labels, minlength=classes)
    return counts.clamp(min=1).float().pow(-_POWER)


def weighted_cross_entropy(logits, labels, weights):
    """The weighted mean over a batch that several processes share.

    Each process has the mean over its own part of the batch, times what that
    part weighs, divided by what a part weighs in the mean: their mean, which
    `DistributedDataParallel` takes of the gradients, is that of one process
    with the whole batch. To be called by all processes.

    Arguments
    ---------
    logits : torch.Tensor
        [batch, classes]
    labels : torch.Tensor
        [batch], int.
    weights : torch.Tensor
        [classes]

    Returns
    -------
    loss : torch.Tensor
        A scalar.

    Example
    -------
    >>> logits = torch.tensor([[0.0, 0.0], [100.0, 0.0]])
    >>> weighted_cross_entropy(logits, torch.tensor([0, 1]), torch.ones(2))
    tensor(50.3466)
    """
    own = weights[labels].sum()
    mean = own.clone()
    average([mean])
    return F.cross_entropy(logits, labels, weights) * (own / mean)
