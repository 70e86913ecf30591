"""Cross-validation of probes on frozen embeddings."""

from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.dataio.folds import (
    draw_folds,
    group_numbers,
    inner_folds,
    select,
)
from speechbrain_singer.evaluation.cores import one_a_core
from speechbrain_singer.evaluation.probes import PROBES
from speechbrain_singer.metrics.identification import (
    balanced_accuracy,
    confusion_matrix,
    macro_f1,
    top_k_accuracy,
)

TOP = (2, 3, 5)


class Validation(NamedTuple):
    """What the probes said of each row, trained on the other folds.

    Arguments
    ---------
    names : list of str
        Of the classes, sorted.
    labels : np.ndarray
        [rows], the class of each.
    folds : np.ndarray
        [rows], the fold in which each was tested.
    scores : dict of str to np.ndarray
        By probe, [rows, classes].
    chosen : dict of str to list of dict
        By probe, what it chose in each fold.
    by, inner_by : str
        What the folds are grouped by, and the inner ones.
    """

    names: list
    labels: np.ndarray
    folds: np.ndarray
    scores: dict
    chosen: dict
    by: str
    inner_by: str

    @property
    def count(self):
        """How many folds there are."""
        return int(self.folds.max()) + 1


def cross_validate(
    embeddings,
    rows,
    label="singer",
    by="recording",
    folds=5,
    seed=0,
    progressbar=True,
    probes=tuple(PROBES),
):
    """Trains probes on all folds but one, for each one in turn.

    Arguments
    ---------
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
        Rows of a manifest, with the columns `recording`, `label` and `by`.
    label : str
        The column to tell from the embeddings.
    by : str
        The column whose values stay on one side, or "none"; see `draw_folds`.
    folds : int
    seed : int
    progressbar : bool
    probes : sequence of str
        Names in `PROBES`.

    Returns
    -------
    validation : Validation

    Raises
    ------
    FoldsError
        If the rows cannot be dealt to the folds; see `draw_folds`.

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "123"]
    >>> embeddings = torch.tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 3)
    >>> validation = cross_validate(embeddings, rows, folds=3)
    >>> validation.scores["centroid"].argmax(axis=1)
    array([0, 0, 0, 1, 1, 1])
    """
    labels = torch.from_numpy(group_numbers(rows, label))
    numbers = draw_folds(rows, folds, by, label, seed)

    def validate(number):
        """Scores and choices of each probe, and what it chose by."""
        test = numbers == number
        inner, inner_by = inner_folds(
            select(rows, ~test), by=by, label=label, seed=seed
        )
        fitted = {
            name: PROBES[name]().fit(embeddings[~test], labels[~test], inner)
            for name in probes
        }
        return {
            name: (probe.scores(embeddings[test]), probe.chosen)
            for name, probe in fitted.items()
        }, inner_by

    outcomes, inner_by = zip(
        *one_a_core(
            validate,
            range(folds),
            f"Probes of the {label}, folds by {by}",
            "fold",
            progressbar,
        ),
        strict=True,
    )
    names = sorted({row[label] for row in rows})
    scores = {name: np.empty((len(rows), len(names))) for name in probes}
    for number, outcome in enumerate(outcomes):
        for name, (of_fold, _) in outcome.items():
            scores[name][numbers == number] = of_fold.numpy()
    chosen = {
        name: [outcome[name][1] for outcome in outcomes] for name in probes
    }
    return Validation(
        names, labels.numpy(), numbers, scores, chosen, by, inner_by[0]
    )


def mean_over_clips(validation, recordings):
    """The same of recordings: scores are averaged over each one's clips.

    Arguments
    ---------
    validation : Validation
        Whose clips of a recording are all in one fold.
    recordings : np.ndarray
        [rows], the number of each row's recording, from 0 on.

    Returns
    -------
    validation : Validation
        Of [recordings].

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "1122"]
    >>> validation = cross_validate(torch.eye(8), rows, folds=2)
    >>> recordings = group_numbers(rows, "recording")
    >>> mean_over_clips(validation, recordings).scores["knn"].shape
    (4, 2)
    """
    _, first = np.unique(recordings, return_index=True)
    counts = np.bincount(recordings)[:, None]

    def mean(scores):
        sums = np.zeros((len(first), scores.shape[1]))
        np.add.at(sums, recordings, scores)
        return sums / counts

    return validation._replace(
        labels=validation.labels[first],
        folds=validation.folds[first],
        scores={name: mean(s) for name, s in validation.scores.items()},
    )


def summarise(validation, probe):
    """Figures of one probe, as mean and spread over the folds.

    Arguments
    ---------
    validation : Validation
    probe : str

    Returns
    -------
    figures : dict of str to dict
        accuracy, top_2, top_3 and top_5 where there are more classes,
        balanced_accuracy and macro_f1, in percent; see `spread`.
    """
    per_fold = {}
    for number in range(validation.count):
        chosen = validation.folds == number
        scores = validation.scores[probe][chosen]
        for name, value in _figures(scores, validation.labels[chosen]).items():
            per_fold.setdefault(name, []).append(100 * value)
    return {name: spread(values) for name, values in per_fold.items()}


def spread(values):
    """Mean, standard deviation and the values themselves.

    Arguments
    ---------
    values : list of float
        Two at least: of the folds, or of several draws.

    Returns
    -------
    figures : dict

    Example
    -------
    >>> spread([1.0, 3.0, 5.0])
    {'mean': 3.0, 'spread': 2.0, 'values': [1.0, 3.0, 5.0]}
    """
    return {
        "mean": float(np.mean(values)),
        "spread": float(np.std(values, ddof=1)),
        "values": [float(value) for value in values],
    }


def _figures(scores, labels):
    counts = confusion_matrix(scores, labels)
    return {
        "accuracy": top_k_accuracy(scores, labels),
        **{
            f"top_{k}": top_k_accuracy(scores, labels, k)
            for k in TOP
            if k < scores.shape[1]
        },
        "balanced_accuracy": balanced_accuracy(counts),
        "macro_f1": macro_f1(counts),
    }
