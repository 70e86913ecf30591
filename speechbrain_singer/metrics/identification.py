"""Identification: how well scores name the singer.

Conventions: labels are class numbers, 0 to classes - 1; a higher score means
more likely; the best class is predicted, the first of equal ones. Rates are in
[0, 1] and equal to scikit-learn's.
"""

import numpy as np
from sklearn.metrics import confusion_matrix as _confusion_matrix


def validate(scores, labels):
    """Checks scores and labels.

    Arguments
    ---------
    scores : array_like
        [examples, classes]
    labels : array_like
        [examples]

    Returns
    -------
    scores, labels : np.ndarray

    Raises
    ------
    ValueError
        If there are none, the shapes do not fit, a label is no class, or a
        score is NaN.
    """
    scores, labels = np.asarray(scores), np.asarray(labels)
    if scores.ndim != 2 or labels.shape != scores.shape[:1] or not scores.size:
        raise ValueError(
            f"scores [examples, classes] and labels [examples] are needed, got "
            f"{list(scores.shape)} and {list(labels.shape)}"
        )
    if labels.min() < 0 or labels.max() >= scores.shape[1]:
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()}, but there are "
            f"{scores.shape[1]} classes, from 0 on"
        )
    if np.isnan(scores).any():
        count = int(np.isnan(scores).any(axis=1).sum())
        raise ValueError(f"the scores of {count} of {len(scores)} are NaN")
    return scores, labels


def within_top_k(scores, labels, k=1):
    """Whether an example's class is among its k best.

    Arguments
    ---------
    scores, labels : array_like
        As `validate` takes them.
    k : int

    Returns
    -------
    within : np.ndarray
        [examples], bool; their mean is the top-k accuracy.

    Example
    -------
    >>> scores, labels = [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [0, 1]
    >>> [within_top_k(scores, labels, k).tolist() for k in (1, 2)]
    [[True, False], [True, True]]
    """
    scores, labels = validate(scores, labels)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return (best == labels[:, None]).any(axis=1)


def confusion_matrix(scores, labels):
    """How many examples of each class were taken for which.

    Arguments
    ---------
    scores, labels : array_like
        As `validate` takes them.

    Returns
    -------
    counts : np.ndarray
        [classes, classes], int: true class by predicted class.

    Example
    -------
    >>> confusion_matrix([[1.0, 0.0], [1.0, 0.0]], [0, 1])
    array([[1, 0],
           [1, 0]])
    """
    scores, labels = validate(scores, labels)
    classes = np.arange(scores.shape[1])
    return _confusion_matrix(labels, scores.argmax(axis=1), labels=classes)


def macro_f1(counts):
    """Mean over classes of the harmonic mean of precision and recall.

    Of counts as `confusion_matrix` returns them, over the classes that have
    examples.

    Example
    -------
    >>> macro_f1(np.array([[2, 0], [0, 1]]))
    1.0
    """
    support = counts.sum(axis=1)
    f1 = 2 * counts.diagonal() / np.maximum(support + counts.sum(axis=0), 1)
    return float(f1[support > 0].mean())


def balanced_accuracy(counts):
    """Mean over classes of the recall: each class counts alike.

    Of counts as `confusion_matrix` returns them, over the classes that have
    examples.

    Example
    -------
    >>> balanced_accuracy(np.array([[2, 0], [1, 0]]))
    0.5
    """
    support = counts.sum(axis=1)
    present = support > 0
    return float((counts.diagonal()[present] / support[present]).mean())


def evaluate(scores, labels, ks=()):
    """All figures of scores.

    Arguments
    ---------
    scores, labels : array_like
        As `validate` takes them.
    ks : sequence of int
        For the top-k accuracies; those less than the number of classes.

    Returns
    -------
    figures : dict of str to float
        accuracy, top_<k>, balanced_accuracy and macro_f1.
    """
    scores, labels = validate(scores, labels)
    counts = confusion_matrix(scores, labels)
    return {
        "accuracy": float(within_top_k(scores, labels).mean()),
        **{
            f"top_{k}": float(within_top_k(scores, labels, k).mean())
            for k in ks
            if k < scores.shape[1]
        },
        "balanced_accuracy": balanced_accuracy(counts),
        "macro_f1": macro_f1(counts),
    }
