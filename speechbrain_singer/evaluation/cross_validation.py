"""Cross-validation of probes on frozen embeddings."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.dataio.fold_plan import Folds
from speechbrain_singer.dataio.folds import (
    group_numbers,
    inner_folds,
    select,
)
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
            If the rows cannot be dealt to the folds; see `Folds`.
        """
        by, label = self.folds.by, self.folds.label
        labels = group_numbers(rows, label)
        numbers = self.folds.numbers(rows)
        classes = torch.from_numpy(labels)

        def validate(fold):
            """By probe, scores of the fold and what was chosen; inner_by."""
            test = numbers == fold
            inner, inner_by = inner_folds(
                *(select(rows, ~test), 3, by, label, self.folds.seed)
            )
            outcome = {}
            for name in self.probes:
                probe = PROBES[name]()
                probe.fit(embeddings[~test], classes[~test], inner)
                outcome[name] = probe.scores(embeddings[test]), probe.chosen
            return outcome, inner_by

        description = f"Probes of the {label}, folds by {by}"
        outcomes, inner_by = zip(
            *map_in_threads(
                validate, range(self.folds.count), description, progressbar
            ),
            strict=True,
        )
        names = sorted({row[label] for row in rows})
        predictions = {}
        for name in self.probes:
            scores = np.empty((len(rows), len(names)))
            for fold, outcome in enumerate(outcomes):
                scores[numbers == fold] = outcome[name][0].numpy()
            predictions[name] = Predictions(names, labels, numbers, scores)
        chosen = {
            name: [outcome[name][1] for outcome in outcomes]
            for name in self.probes
        }
        return Validated(predictions, chosen, inner_by[0])
