"""The SVM baseline: windows of handcrafted features, recordings by their mean.

What the published singer CNN was compared with. Kernel and C are not
published: they are those of scikit-learn.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole

logger = get_logger(__name__)


@dataclass(frozen=True)
class WindowSVM:
    """A support vector machine on windows, with a radial basis function.

    Features are standardised by those that it is trained on.

    Arguments
    ---------
    c : float
        Inverse of the regularisation, as in scikit-learn.
    max_windows : int
        So many are trained on at most, since the time grows with the square
        of their number: as large a share of each class's, drawn by `seed`,
        with a warning.
    seed : int

    Example
    -------
    >>> features, labels = np.array([[0.0], [1.0]] * 9), np.tile([0, 1], 9)
    >>> svm = WindowSVM().fit(features, labels, classes=3)
    >>> svm.scores(features[:2]).round(1).tolist()
    [[1.0, -1.0, -inf], [-1.0, 1.0, -inf]]
    """

    c: float = 1.0
    max_windows: int = 20000
    seed: int = 0

    def __post_init__(self):
        check_number("c", self.c, least=0, above=True)
        check_whole("max_windows", self.max_windows, least=2)
        check_whole("seed", self.seed, least=0)

    def fit(self, features, labels, classes):
        """Trains on windows.

        Arguments
        ---------
        features : np.ndarray
            [windows, dim]
        labels : np.ndarray
            [windows], int, from 0 on; of two classes at least.
        classes : int
            How many there are in all.

        Returns
        -------
        fitted : FittedSVM
        """
        if len(labels) > self.max_windows:
            logger.warning(
                "%d of %d windows are trained on: set max_windows to more, "
                "and have patience",
                *(self.max_windows, len(labels)),
            )
            kept = even_draw(labels, self.max_windows, self.seed)
            features, labels = features[kept], labels[kept]
        svm = SVC(C=self.c, kernel="rbf", gamma="scale")
        pipeline = make_pipeline(StandardScaler(), svm)
        return FittedSVM(pipeline.fit(features, labels), classes)


@dataclass(frozen=True)
class FittedSVM:
    """What `WindowSVM.fit` returns.

    Arguments
    ---------
    pipeline : sklearn.pipeline.Pipeline
    classes : int
        How many there are in all.
    """

    pipeline: object
    classes: int

    def scores(self, features):
        """One-against-rest decision values, the higher the likelier.

        Arguments
        ---------
        features : np.ndarray
            [windows, dim]

        Returns
        -------
        scores : np.ndarray
            [windows, classes]; minus infinity of what was not trained on.
        """
        values = self.pipeline.decision_function(features)
        if values.ndim == 1:  # of two classes: how much it is the second
            values = np.stack([-values, values], axis=1)
        scores = np.full((len(values), self.classes), -np.inf)
        scores[:, self.pipeline.classes_] = values
        return scores


def even_draw(labels, count, seed=0):
    """Draws as large a share of each class.

    Arguments
    ---------
    labels : np.ndarray
        [n], int
    count : int
        How many to draw.
    seed : int

    Returns
    -------
    chosen : np.ndarray
        [count], numbers of the labels, ascending.

    Example
    -------
    >>> labels = np.repeat([0, 1], [60, 20])
    >>> np.bincount(labels[even_draw(labels, 8)]).tolist()
    [6, 2]
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    # The middles of `count` stretches of equal length
    places = (np.arange(count) + 0.5) * len(labels) / count
    return np.sort(order[places.astype(int)])
