"""Cross-validation of probes on frozen embeddings."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch

from speechbrain_singer.dataio.folds import (
    draw_folds,
    group_numbers,
    inner_folds,
    select,
)
from speechbrain_singer.evaluation.predictions import Predictions
from speechbrain_singer.evaluation.probes import PROBES
from speechbrain_singer.evaluation.threads import map_in_threads


class Validated(NamedTuple):
    """What came of a cross-validation.

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
    folds : int
    by : str
        The column whose values stay on one side: recording, song, any other,
        or "none"; see `draw_folds`.
    seed : int
    probes : sequence of str
        Names in `PROBES`.

    Example
    -------
    >>> rows = [{"singer": s, "recording": s + k} for s in "ab" for k in "123"]
    >>> embeddings = torch.tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 3)
    >>> validation = CrossValidation(folds=3, probes=["centroid"])
    >>> predictions = validation.run(embeddings, rows).predictions["centroid"]
    >>> predictions.scores.argmax(axis=1)
    array([0, 0, 0, 1, 1, 1])
    """

    folds: int = 5
    by: str = "recording"
    seed: int = 0
    probes: tuple = tuple(PROBES)

    def run(self, embeddings, rows, label="singer", progressbar=True):
        """Validates the probes.

        Arguments
        ---------
        embeddings : torch.Tensor
            [rows, dim]
        rows : list of dict
            Rows of a manifest, with the columns `recording`, `label` and `by`.
        label : str
            The column to tell from the embeddings.
        progressbar : bool

        Returns
        -------
        validated : Validated

        Raises
        ------
        FoldsError
            If the rows cannot be dealt to the folds; see `draw_folds`.
        """
        labels = group_numbers(rows, label)
        numbers = draw_folds(rows, self.folds, self.by, label, self.seed)
        classes = torch.from_numpy(labels)

        def validate(fold):
            """By probe, scores of the fold and what was chosen; inner_by."""
            test = numbers == fold
            inner, inner_by = inner_folds(
                *(select(rows, ~test), 3, self.by, label, self.seed)
            )
            outcome = {}
            for name in self.probes:
                probe = PROBES[name]()
                probe.fit(embeddings[~test], classes[~test], inner)
                outcome[name] = probe.scores(embeddings[test]), probe.chosen
            return outcome, inner_by

        description = f"Probes of the {label}, folds by {self.by}"
        outcomes, inner_by = zip(
            *map_in_threads(
                validate, range(self.folds), description, progressbar
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
