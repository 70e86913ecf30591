"""SpeechBrain's statistics of classification, from scores of all classes."""

import numpy as np
import torch
from speechbrain.dataio.dataio import length_to_mask
from speechbrain.utils.Accuracy import AccuracyStats
from speechbrain.utils.metric_stats import ClassificationStats

from speechbrain_singer.metrics.identification import (
    balanced_accuracy,
    confusion_matrix,
    macro_f1,
    validate,
    within_top_k,
)


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
            As `identification.validate` does.
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
    """`ClassificationStats` of scores, with the figures of `identification`.

    The summary has what SpeechBrain's has of the names of the best classes
    (accuracy, confusion_matrix, classwise_accuracy, ...), and beside it top_k,
    balanced_accuracy and macro_f1. Scores are not kept.

    Arguments
    ---------
    names : sequence of str
        Of the classes.
    ks : sequence of int
        For the top-k accuracies.

    Attributes
    ----------
    counts : np.ndarray
        [classes, classes], int: true class by predicted class.

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
        self.counts = np.zeros((len(self.names), len(self.names)), int)
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
            As `identification.validate` does, or if there is not an id for
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
        self.counts += confusion_matrix(scores, labels)
        for stats in self.top_k.values():
            stats.append(scores, labels)
        best = scores.argmax(axis=1)
        named = ([self.names[i] for i in side] for side in (best, labels))
        super().append(ids, *named, categories)

    def summarize(self, field=None):
        """All figures by their names, or the one that `field` names."""
        super().summarize()
        self.summary |= {
            **{name: stats.summarize() for name, stats in self.top_k.items()},
            "balanced_accuracy": balanced_accuracy(self.counts),
            "macro_f1": macro_f1(self.counts),
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
