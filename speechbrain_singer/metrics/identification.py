"""Identification: how well scores name the singer, as SpeechBrain counts it.

Conventions: labels are class numbers, 0 to classes - 1; a higher score means
more likely; the best class is predicted, the first of equal ones. Rates are in
[0, 1] and equal to scikit-learn's.
"""

import numpy as np
import torch
from sklearn.metrics import precision_recall_fscore_support
from speechbrain.dataio.dataio import length_to_mask
from speechbrain.utils.Accuracy import AccuracyStats
from speechbrain.utils.metric_stats import ClassificationStats


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
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    earlier = np.arange(scores.shape[1]) < labels[:, None]
    better = (scores > own) | ((scores == own) & earlier)
    return better.sum(axis=1) < k


class TopKAccuracyStats(AccuracyStats):
    """`AccuracyStats` of the k best classes.

    For k = 1 equal to SpeechBrain's, but that without `length` all examples
    count: there `total` grows by the time of a batch, however many rows it
    has.

    Arguments
    ---------
    k : int

    Example
    -------
    >>> stats = TopKAccuracyStats(k=2)
    >>> scores = torch.tensor([[[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]])
    >>> stats.append(scores, torch.tensor([[1, 2]]))
    >>> stats.summarize()
    0.5
    """

    def __init__(self, k=1):
        super().__init__()
        self.k = k

    def append(self, log_probabilities, targets, length=None):
        """Adds a batch.

        Arguments
        ---------
        log_probabilities : torch.Tensor
            [batch, time, classes], or [batch, classes] without `length`.
        targets : torch.Tensor
            [batch, time] or [batch], class numbers.
        length : torch.Tensor, optional
            [batch], relative: what is beyond does not count.

        Raises
        ------
        ValueError
            As `validate` does.
        """
        if length is not None:
            time = targets.shape[1]
            mask = length_to_mask(length * time, max_len=time).bool()
            log_probabilities, targets = log_probabilities[mask], targets[mask]
        within = within_top_k(
            _array(log_probabilities).reshape(-1, log_probabilities.shape[-1]),
            _array(targets).reshape(-1),
            self.k,
        )
        self.correct += float(within.sum())
        self.total += float(within.size)


class IdentificationStats(ClassificationStats):
    """`ClassificationStats` of scores, with figures of all classes.

    The summary has what SpeechBrain's has of the names of the best classes
    (accuracy, confusion_matrix, classwise_accuracy, ...), and beside it top_k,
    balanced_accuracy and macro_f1: means over the classes that have examples
    of the recall, and of the harmonic mean of precision and recall. Scores are
    not kept.

    Arguments
    ---------
    names : sequence of str
        Of the classes.
    ks : sequence of int
        For the top-k accuracies.

    Example
    -------
    >>> stats = IdentificationStats(["ann", "bob", "eve"], ks=[2])
    >>> scores = torch.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    >>> stats.append(["clip1", "clip2"], scores, torch.tensor([0, 1]))
    >>> summary = stats.summarize()
    >>> summary["accuracy"], summary["top_2"], summary["balanced_accuracy"]
    (0.5, 1.0, 0.5)
    >>> summary["classwise_accuracy"]
    {'ann': 1.0, 'bob': 0.0}
    """

    def __init__(self, names, ks=()):
        self.names = list(names)
        self.ks = tuple(ks)
        super().__init__()

    def clear(self):
        """Forgets all examples."""
        super().clear()
        self.summary = None
        self.top_k = {f"top_{k}": TopKAccuracyStats(k) for k in self.ks}

    def append(self, ids, predictions, targets, categories=None):
        """Adds a batch.

        Arguments
        ---------
        ids : sequence of str
        predictions : torch.Tensor or array_like
            [examples, classes], scores.
        targets : torch.Tensor or array_like
            [examples], class numbers.
        categories : sequence of str, optional
            As in `ClassificationStats`: classes are told apart by them, too.

        Raises
        ------
        ValueError
            As `validate` does, or if there is not an id for
            each example and a name for each class.
        """
        scores, labels = validate(_array(predictions), _array(targets))
        shape = (len(ids), len(self.names))
        if scores.shape != shape:
            raise ValueError(
                f"{shape[0]} ids and {shape[1]} names of classes for scores "
                f"{list(scores.shape)}"
            )
        self.summary = None
        for stats in self.top_k.values():
            stats.append(scores, labels)
        best = scores.argmax(axis=1)
        named = ([self.names[i] for i in side] for side in (best, labels))
        super().append(ids, *named, categories)

    def summarize(self, field=None):
        """All figures by their names, or the one that `field` names."""
        super().summarize()
        _, recall, f1, _ = precision_recall_fscore_support(
            self.targets,
            self.predictions,
            labels=sorted(set(self.targets)),
            average="macro",
            zero_division=0,
        )
        self.summary |= {
            **{name: stats.summarize() for name, stats in self.top_k.items()},
            "balanced_accuracy": float(recall),
            "macro_f1": float(f1),
        }
        return self.summary if field is None else self.summary[field]

    def write_stats(self, filestream):
        """Writes SpeechBrain's report, and a line for each figure beside."""
        super().write_stats(filestream)
        for name in (*self.top_k, "balanced_accuracy", "macro_f1"):
            print(f"{name}: {self.summary[name]:.2%}", file=filestream)


def _array(values):
    """In double precision, where it has to do with scores of any type."""
    values = torch.as_tensor(values).detach().cpu()
    return (values.double() if values.is_floating_point() else values).numpy()
