"""Probes: simple classifiers that show what embeddings know of the singer.

Each has `fit(embeddings, labels, inner=None)` and `scores(embeddings)`. What
a probe learns, standardisation included, and what it chooses, it takes from
the embeddings it is fitted to.
"""

import numpy as np
import torch
import torch.nn.functional as F

from speechbrain_singer.evaluation.logistic import LogisticRegressions
from speechbrain_singer.evaluation.standardisation import Standardisation

BLOCK = 1024  # embeddings that are compared with all others at once


class LinearProbe:
    """Logistic regression on embeddings with each dimension standardised.

    Arguments
    ---------
    c : float, optional
        Inverse of the regularisation, as in scikit-learn. If left out, `fit`
        chooses from `grid`, or takes 1 where it has no inner folds.
    grid : sequence of float
        Rising: the smallest of equally good ones is chosen.

    Example
    -------
    >>> embeddings = torch.eye(2).repeat(3, 1)
    >>> probe = LinearProbe().fit(embeddings, torch.arange(6) % 2)
    >>> probe.scores(torch.eye(2)).argmax(dim=1)
    tensor([0, 1])
    """

    def __init__(self, c=None, grid=(0.001, 0.01, 0.1, 1.0, 10.0)):
        self.c = c
        self.grid = grid

    def fit(self, embeddings, labels, inner=None):
        """Fits the probe.

        Arguments
        ---------
        embeddings : torch.Tensor
            [n, dim]
        labels : torch.Tensor
            [n], int, from 0 on.
        inner : np.ndarray, optional
            [n], folds to choose C by, as `inner_folds` draws them.

        Returns
        -------
        probe : LinearProbe
            Itself; `chosen` says which C it took.
        """
        c = self.c or 1.0
        if self.c is None and inner is not None:
            c = choose(self.grid, self._predict, embeddings, labels, inner)
        self.chosen = {"C": c}
        self.scale, ((self.weight, self.bias),) = _regress(
            embeddings, labels, [c]
        )
        return self

    def fit_beside(self, embeddings, labels, others, classes):
        """As `fit`, with C chosen by other embeddings, which do not train.

        Arguments
        ---------
        embeddings, labels
            As `fit` takes them.
        others : torch.Tensor
            [others, dim]; C is 1 if there are none.
        classes : torch.Tensor
            [others], theirs; of a class that does not train, -1.

        Returns
        -------
        probe : LinearProbe
            Itself, fitted to the embeddings alone.
        """
        grid = self.grid if len(others) else [1.0]
        self.scale, regressions = _regress(embeddings, labels, grid)
        others = self.scale(others)
        right = [
            ((others @ weight + bias).argmax(1) == classes).sum().item()
            for weight, bias in regressions
        ]
        best = int(np.argmax(right))
        self.chosen = {"C": grid[best]}
        self.weight, self.bias = regressions[best]
        return self

    def scores(self, embeddings):
        """Logits, [n, classes]."""
        return self.scale(embeddings) @ self.weight + self.bias

    def _predict(self, embeddings, labels, others):
        """Classes of others for each C: [grid, others]."""
        scale, regressions = _regress(embeddings, labels, self.grid)
        others = scale(others)
        return torch.stack([(others @ w + b).argmax(1) for w, b in regressions])


class NearestNeighbours:
    """k nearest neighbours by cosine.

    A class's score is its share of the neighbours; of classes with equal
    shares, the one with the nearest embedding comes first.

    Arguments
    ---------
    neighbours : int, optional
        k; all there are, if fewer. If left out, `fit` chooses from `grid`, or
        takes 1 where it has no inner folds.
    grid : sequence of int

    Example
    -------
    >>> probe = NearestNeighbours().fit(torch.eye(2), torch.arange(2))
    >>> probe.scores(torch.eye(2)).argmax(dim=1)
    tensor([0, 1])
    """

    def __init__(self, neighbours=None, grid=(1, 3, 5, 10, 20)):
        self.neighbours = neighbours
        self.grid = grid

    def fit(self, embeddings, labels, inner=None):
        """As `LinearProbe.fit`; `chosen` says which k it took."""
        self.k = self.neighbours or 1
        if self.neighbours is None and inner is not None:
            self.k = choose(self.grid, self._predict, embeddings, labels, inner)
        self.chosen = {"k": self.k}
        self.known = F.normalize(embeddings, dim=1)
        self.labels = labels
        return self

    def scores(self, embeddings):
        """Shares of the neighbours, and less than one of them: [n, classes]."""
        blocks = F.normalize(embeddings, dim=1).split(BLOCK)
        return torch.cat([self._scores(block, [self.k])[0] for block in blocks])

    def _predict(self, embeddings, labels, others):
        """Classes of others for each k: [grid, others]."""
        probe = NearestNeighbours(1).fit(embeddings, labels)
        blocks = F.normalize(others, dim=1).split(BLOCK)
        return torch.cat(
            [probe._scores(block, self.grid).argmax(2) for block in blocks], 1
        )

    def _scores(self, block, ks):
        """[ks, block, classes]"""
        cosines = block @ self.known.T
        shape = len(block), int(self.labels.max()) + 1
        nearest = torch.full(shape, -1.0).scatter_reduce(
            1, self.labels.expand_as(cosines), cosines, "amax"
        )
        order = cosines.topk(min(max(ks), len(self.known)), dim=1).indices
        votes, one = self.labels[order], torch.ones(order.shape)
        return torch.stack(
            [
                # A quarter vote at most, up or down
                (nearest / 4).scatter_add(1, votes[:, :k], one[:, :k])
                / min(k, order.shape[1])
                for k in ks
            ]
        )


class NearestCentroid:
    """The class whose mean is nearest, by cosine.

    Means are of embeddings of length 1.

    Example
    -------
    >>> probe = NearestCentroid().fit(torch.eye(2), torch.arange(2))
    >>> probe.scores(torch.eye(2)).argmax(dim=1)
    tensor([0, 1])
    """

    chosen = {}  # noqa: RUF012 (nothing to choose)

    def fit(self, embeddings, labels, inner=None):
        """As `LinearProbe.fit`; there is nothing to choose."""
        members = F.one_hot(labels).T.to(embeddings)
        self.centroids = F.normalize(
            members @ F.normalize(embeddings, dim=1), dim=1
        )
        return self

    def scores(self, embeddings):
        """Cosines, [n, classes]."""
        return F.normalize(embeddings, dim=1) @ self.centroids.T


PROBES = {
    "linear": LinearProbe,
    "knn": NearestNeighbours,
    "centroid": NearestCentroid,
}


def choose(values, predict, embeddings, labels, inner):
    """The first value that names most of the embeddings held out right.

    Arguments
    ---------
    values : sequence
    predict : callable
        From embeddings, labels and other embeddings to the classes of these
        for each value, [values, others].
    embeddings, labels
        As `LinearProbe.fit` takes them.
    inner : np.ndarray
        [n], the fold in which each is held out, -1 for never.

    Returns
    -------
    value : object

    Example
    -------
    >>> def predict(embeddings, labels, others):
    ...     return torch.stack([torch.zeros(len(others)), others[:, 0]])
    >>> x, inner = torch.tensor([[0.0], [1.0]]), np.array([0, 1])
    >>> choose(["constant", "copy"], predict, x, x[:, 0], inner)
    'copy'
    """
    right = torch.zeros(len(values))
    for number in np.unique(inner[inner >= 0]):
        held_out = torch.from_numpy(inner == number)
        predicted = predict(
            embeddings[~held_out], labels[~held_out], embeddings[held_out]
        )
        right += (predicted == labels[held_out]).sum(dim=1)
    return values[int(right.argmax())]


def _regress(embeddings, labels, grid):
    """Standardisation, and weight and bias for each C."""
    scale = Standardisation.of(embeddings)
    regressions = LogisticRegressions(
        scale(embeddings), labels, int(labels.max()) + 1
    )
    return scale, [regressions.fit(c) for c in grid]
