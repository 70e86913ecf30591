"""Identification: how well scores name the singer.

Conventions: labels are class numbers, 0 to classes - 1; a higher score means
more likely; the best class is predicted, the first of equal ones. Rates are in
[0, 1] and equal to scikit-learn's.
"""

import numpy as np
from sklearn.metrics import confusion_matrix as _confusion_matrix


def top_k_accuracy(scores, labels, k=1):
    """Share of examples whose class is among the k best; accuracy for k = 1.

    Arguments
    ---------
    scores : np.ndarray
        [examples, classes]
    labels : np.ndarray
        [examples]
    k : int

    Returns
    -------
    accuracy : float

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> scores = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    >>> [top_k_accuracy(scores, np.array([0, 1]), k) for k in (1, 2)]
    [0.5, 1.0]
    """
    scores, labels = validate(scores, labels)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((best == labels[:, None]).any(axis=1).mean())


def confusion_matrix(scores, labels):
    """How many examples of each class were taken for which.

    Arguments
    ---------
    scores : np.ndarray
        [examples, classes]
    labels : np.ndarray
        [examples]

    Returns
    -------
    counts : np.ndarray
        [classes, classes], int: true class by predicted class.

    Raises
    ------
    ValueError
        As `validate` does.

    Example
    -------
    >>> confusion_matrix(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    array([[1, 0],
           [1, 0]])
    """
    scores, labels = validate(scores, labels)
    classes = np.arange(scores.shape[1])
    return _confusion_matrix(labels, scores.argmax(axis=1), labels=classes)


def macro_f1(counts):
    """Mean over classes of the harmonic mean of precision and recall.

    Arguments
    ---------
    counts : np.ndarray
        [classes, classes], as `confusion_matrix` returns it.

    Returns
    -------
    f1 : float
        Over the classes that have examples.

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

    Arguments
    ---------
    counts : np.ndarray
        [classes, classes], as `confusion_matrix` returns it.

    Returns
    -------
    accuracy : float
        Over the classes that have examples.

    Example
    -------
    >>> balanced_accuracy(np.array([[2, 0], [1, 0]]))
    0.5
    """
    support = counts.sum(axis=1)
    present = support > 0
    return float((counts.diagonal()[present] / support[present]).mean())


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
    scores : np.ndarray
    labels : np.ndarray

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
