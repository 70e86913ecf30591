"""Weights of classes in a loss, the rarer the larger."""

import torch

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
