"""What a classifier said of each clip, and the figures of that."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from speechbrain_singer.metrics.identification import (
    IdentificationStats,
    within_top_k,
)

TOP = (2, 3, 5)


@dataclass(frozen=True)
class Predictions:
    """Scores of a probe or a network, on clips that it was not trained on.

    Arguments
    ---------
    names : list of str
        Of the classes.
    labels : np.ndarray
        [clips], the class of each, from 0 on.
    folds : np.ndarray
        [clips], the fold in which each was tested.
    scores : np.ndarray
        [clips, classes], the higher the likelier.

    Example
    -------
    >>> scores = np.array([[2.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 3.0]])
    >>> labels, folds = np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1])
    >>> predictions = Predictions(["ann", "bob"], labels, folds, scores)
    >>> predictions.accuracy()["values"]
    [50.0, 100.0]
    """

    names: list
    labels: np.ndarray
    folds: np.ndarray
    scores: np.ndarray

    def accuracy(self):
        """The accuracy in percent over the folds, as `spread` has it."""
        right = within_top_k(self.scores, self.labels)
        return spread(
            [
                100 * float(right[self.folds == fold].mean())
                for fold in np.unique(self.folds)
            ]
        )

    def chance(self):
        """What always naming the most frequent class would have, likewise.

        Of the clips that are tested in a fold.
        """
        counts = [
            np.bincount(self.labels[self.folds == fold])
            for fold in np.unique(self.folds)
        ]
        return spread([100 * float(n.max() / n.sum()) for n in counts])

    def figures(self):
        """Figures in percent, as mean and spread over the folds.

        Returns
        -------
        figures : dict of str to dict
            accuracy, balanced_accuracy and macro_f1, and top_2, top_3 and
            top_5 where there are more classes; each as `spread` has it.
        """
        ks = [k for k in TOP if k < len(self.names)]
        names = [f"top_{k}" for k in ks] + ["balanced_accuracy", "macro_f1"]
        summaries = []
        for fold in np.unique(self.folds):
            tested = np.flatnonzero(self.folds == fold)
            stats = IdentificationStats(self.names, ks)
            stats.append(tested, self.scores[tested], self.labels[tested])
            summaries.append(stats.summarize())
        return {"accuracy": self.accuracy()} | {
            name: spread([100 * summary[name] for summary in summaries])
            for name in names
        }

    def confusion(self):
        """Clips by true and predicted class, of all folds: [classes, classes].

        Returns
        -------
        counts : np.ndarray
        """
        classes = np.arange(len(self.names))
        best = self.scores.argmax(axis=1)
        return confusion_matrix(self.labels, best, labels=classes)

    def averaged(self, groups):
        """The predictions of recordings: the mean scores of their clips.

        Arguments
        ---------
        groups : np.ndarray
            [clips], the number of each clip's recording, from 0 on. The clips
            of a recording are of one class and in one fold.

        Returns
        -------
        predictions : Predictions
            Of [recordings].

        Example
        -------
        >>> scores = np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 2.0]])
        >>> labels = np.array([0, 0, 1])
        >>> predictions = Predictions(["ann", "bob"], labels, labels, scores)
        >>> predictions.averaged(np.array([0, 0, 1])).scores.tolist()
        [[1.5, 0.5], [0.0, 2.0]]
        """
        _, first = np.unique(groups, return_index=True)
        sums = np.zeros((len(first), self.scores.shape[1]))
        np.add.at(sums, groups, self.scores)
        return Predictions(
            self.names,
            self.labels[first],
            self.folds[first],
            sums / np.bincount(groups)[:, None],
        )

    def lines(self, ids):
        """Lines of a table: ID, true and predicted class, and the fold.

        Arguments
        ---------
        ids : sequence of str
            [clips]

        Yields
        ------
        line : list
        """
        best = self.scores.argmax(axis=1)
        for clip, label, taken, fold in zip(
            ids, self.labels, best, self.folds, strict=True
        ):
            yield [clip, self.names[label], self.names[taken], int(fold)]


def fold_accuracies(of_windows, of_recordings):
    """Accuracies of one fold, by `window` and by `recording`, in percent.

    Arguments
    ---------
    of_windows, of_recordings : Predictions

    Returns
    -------
    accuracies : dict of str to float
    """
    return {
        "window": of_windows.accuracy()["mean"],
        "recording": of_recordings.accuracy()["mean"],
    }


def fold_chances(of_windows, of_recordings):
    """As `fold_accuracies`, of always naming the most frequent class."""
    return {
        "window": of_windows.chance()["mean"],
        "recording": of_recordings.chance()["mean"],
    }


def spread(values):
    """Mean, standard deviation and the values themselves.

    Arguments
    ---------
    values : list of float
        Of the folds, or of several draws.

    Returns
    -------
    figures : dict
        mean, spread (None of a single value) and values.

    Example
    -------
    >>> spread([1.0, 3.0, 5.0])
    {'mean': 3.0, 'spread': 2.0, 'values': [1.0, 3.0, 5.0]}
    """
    several = len(values) > 1
    return {
        "mean": float(np.mean(values)),
        "spread": float(np.std(values, ddof=1)) if several else None,
        "values": [float(value) for value in values],
    }
