"""Cross-validation of probes on frozen embeddings."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.dataio.fold_draws import (
    FoldsError,
    group_numbers,
    inner_folds,
    select,
)
from speechbrain_singer.dataio.folds import Folds
from speechbrain_singer.evaluation.predictions import Predictions
from speechbrain_singer.evaluation.probes import PROBES
from speechbrain_singer.evaluation.threads import map_in_threads


class Validated(NamedTuple):
    """What came of a `CrossValidation`.

    Arguments
    ---------
    predictions : dict of str to Predictions
        By probe.
    chosen : dict of str to list of dict
        By probe, what it chose in each fold.
    inner_by : str
        The column by which the inner folds are grouped.
    """

    predictions: dict
    chosen: dict
    inner_by: str


@dataclass(frozen=True)
class CrossValidation:
    """Trains probes on all folds but one, for each one in turn.

    Arguments
    ---------
    folds : Folds
        What stays on one side, and which column the probes tell.
    probes : sequence of str
        Names in `PROBES`.

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "123"]
    >>> embeddings = torch.tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 3)
    >>> validation = CrossValidation(Folds(3), probes=["centroid"])
    >>> predictions = validation.run(embeddings, rows).predictions["centroid"]
    >>> predictions.scores.argmax(axis=1)
    array([0, 0, 0, 1, 1, 1])
    """

    folds: Folds = field(default_factory=Folds)
    probes: tuple = tuple(PROBES)

    def check(self, rows):
        """Refuses what would fail once the embeddings are there.

        Arguments
        ---------
        rows : list of dict
            Of what is to be encoded. What cannot be may lack in a file of
            folds, which is only read here.

        Raises
        ------
        FoldsError
            As `run` does.
        """
        _check_several(*self.folds.preview(rows), self.folds.label)

    def run(self, embeddings, rows, progressbar=True):
        """Validates the probes.

        Arguments
        ---------
        embeddings : torch.Tensor
            [rows, dim]
        rows : list of dict
            Rows of a manifest, with the columns that the folds name.
        progressbar : bool

        Returns
        -------
        validated : Validated

        Raises
        ------
        FoldsError
            If the rows cannot be dealt to the folds (see `Folds`), or a class
            stands in one of them only.
        """
        by, label = self.folds.by, self.folds.label
        labels = group_numbers(rows, label)
        names = sorted({row[label] for row in rows})
        numbers = self.folds.numbers(rows)
        _check_several(rows, numbers, label)
        classes = torch.from_numpy(labels)
        shape = len(rows), len(names)
        scores = {probe: np.empty(shape) for probe in self.probes}

        def validate(fold):
            """Fills in the scores; what was chosen, by probe, and inner_by."""
            test = numbers == fold
            train = select(rows, ~test)
            inner, inner_by = inner_folds(train, 3, by, label, self.folds.seed)
            chosen = {}
            for name in self.probes:
                probe = PROBES[name]()
                probe.fit(embeddings[~test], classes[~test], inner)
                scores[name][test] = probe.scores(embeddings[test]).numpy()
                chosen[name] = probe.chosen
            return chosen, inner_by

        folds = range(self.folds.count)
        title = f"Probes of the {label}, folds by {by}"
        chosen, inner_by = zip(
            *map_in_threads(validate, folds, title, progressbar), strict=True
        )
        return Validated(
            {p: Predictions(names, labels, numbers, scores[p]) for p in scores},
            {p: [of_fold[p] for of_fold in chosen] for p in scores},
            inner_by[0],
        )


def _check_several(rows, numbers, label):
    """Refuses classes that stand in one fold only."""
    pairs = np.unique(np.stack([group_numbers(rows, label), numbers]), axis=1)
    alone = np.bincount(pairs[0]) < 2
    if alone.any():
        names = sorted({row[label] for row in rows})
        raise FoldsError(
            f"{alone.sum()} of {len(names)} {label}s stand in one fold only, "
            f"such as {names[alone.argmax()]!r}, and cannot be trained on and "
            "tested both: leave them out (skip_single), or name other folds"
        )
