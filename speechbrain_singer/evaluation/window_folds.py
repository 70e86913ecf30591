"""Cross-validation of a classifier of windows, fold by fold."""

from dataclasses import dataclass, field, replace

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.fold_draws import with_several_groups
from speechbrain_singer.dataio.folds import Folds, FoldSplit
from speechbrain_singer.dataio.manifest import column_names
from speechbrain_singer.evaluation.cross_validation import CrossValidation
from speechbrain_singer.evaluation.predictions import (
    Predictions,
    fold_accuracies,
    fold_chances,
)
from speechbrain_singer.evaluation.shared_songs import shared_songs
from speechbrain_singer.evaluation.svm import WindowSVM
from speechbrain_singer.evaluation.threads import map_in_threads
from speechbrain_singer.numbering import numbered

logger = get_logger(__name__)


@dataclass(frozen=True)
class WindowFolds:
    """Tests each fold in turn, by what is trained on as a network would be.

    A fold is tested, the next one, on which a network would be validated, is
    not used, and all others train (`dataio.folds.FoldSplit`).

    Arguments
    ---------
    folds : Folds
    svm : WindowSVM
    """

    folds: Folds = field(default_factory=lambda: Folds(10))
    svm: WindowSVM = field(default_factory=WindowSVM)

    def grouped_by(self, columns):
        """The same with folds by one column or several, each by itself.

        Arguments
        ---------
        columns : str or sequence of str
            Names, such as `song` or `recording, song`.

        Returns
        -------
        ways : dict of str to WindowFolds
            By column.

        Raises
        ------
        ValueError
            If there is none, or it is no text or list of names.

        Example
        -------
        >>> list(WindowFolds().grouped_by("recording, song"))
        ['recording', 'song']
        """
        names = column_names("group_by", columns)
        if not names:
            raise ValueError(
                f"group_by: {columns!r}: name a column, such as recording"
            )
        return {
            by: replace(self, folds=replace(self.folds, by=by)) for by in names
        }

    def check(self, rows):
        """Refuses what would fail once the windows are encoded.

        Classes that cannot be dealt to folds are left out, with a warning.

        Arguments
        ---------
        rows : list of dict
            Of the recordings.

        Raises
        ------
        FoldsError
            If the recordings cannot be dealt to the folds.
        """
        rows = with_several_groups(rows, self.folds.by, self.folds.label)
        FoldSplit(self.folds).parts(rows)
        CrossValidation(self.folds).check(rows)

    def run(self, embeddings, windows, rows, progressbar=True):
        """Trains and tests.

        Arguments
        ---------
        embeddings : torch.Tensor
            [windows, dim]
        windows : list of dict
            As `overlapping_windows` cuts them from the rows; those that could
            not be encoded may lack.
        rows : list of dict
            Of all recordings: the folds are those of a network on them.
        progressbar : bool

        Returns
        -------
        outcomes : list of dict
            As `reports.folds.write_folds` takes them. A fold of which no
            window is left is missing, with a warning.
        """
        rows = with_several_groups(rows, self.folds.by, self.folds.label)
        data = _Windows.of(embeddings, windows, self.folds.label)
        folds = [
            (fold, FoldSplit(self.folds, fold).parts(rows))
            for fold in range(self.folds.count)
        ]
        outcomes = map_in_threads(
            lambda item: self._measure(data, *item),
            folds,
            f"SVM, folds by {self.folds.by}",
            progressbar,
        )
        return [outcome for outcome in outcomes if outcome]

    def _measure(self, data, fold, parts):
        """The outcome of a fold, None if too little is left of it."""
        ids = {part: {row["ID"] for row in parts[part]} for part in parts}
        train, test = (data.among(ids[part]) for part in ("train", "test"))
        if len(set(train.labels.tolist())) < 2 or not len(test.labels):
            logger.warning(
                "fold %d is left out: of its recordings too few could be "
                "encoded",
                fold,
            )
            return None
        svm = self.svm.fit(train.features, train.labels, len(data.names))
        tested = _predictions(svm, test)
        return {
            "fold": fold,
            "folds": self.folds.count,
            "train": fold_accuracies(*_predictions(svm, train)),
            "test": fold_accuracies(*tested),
            "chance": fold_chances(*tested),
            "shared_songs": shared_songs(parts["train"], parts["test"]),
        }


@dataclass(frozen=True)
class _Windows:
    """features [windows, dim], labels [windows], recordings [windows]."""

    features: np.ndarray
    labels: np.ndarray
    whole: np.ndarray
    names: list

    @classmethod
    def of(cls, embeddings, windows, label):
        names = sorted({window[label] for window in windows})
        place = {name: number for number, name in enumerate(names)}
        return cls(
            embeddings.numpy(),
            np.array([place[window[label]] for window in windows]),
            np.array([window["whole"] for window in windows]),
            names,
        )

    def among(self, ids):
        kept = np.array([name in ids for name in self.whole.tolist()])
        return _Windows(
            *(self.features[kept], self.labels[kept], self.whole[kept]),
            self.names,
        )


def _predictions(svm, data):
    """Of windows, and of recordings by the mean of their scores."""
    folds = np.zeros_like(data.labels)  # all are of one
    scores = svm.scores(data.features)
    windows = Predictions(data.names, data.labels, folds, scores)
    return windows, windows.averaged(numbered(data.whole.tolist()))
