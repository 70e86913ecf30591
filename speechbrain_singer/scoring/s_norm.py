"""Adaptive symmetric score normalisation."""

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.scoring.cosine import Cosine
from speechbrain_singer.scoring.vectors import (
    as_classes,
    as_vectors,
    no_background,
    normalise,
)

logger = get_logger(__name__)

_ROWS = 1024  # whose scores against the cohort are computed at once


class AdaptiveSNorm:
    """Cosines, in deviations from those of similar singers.

    Matějka et al., "Analysis of score normalization in multilingual speaker
    recognition", Interspeech 2017, adaptive s-norm: for either side of a
    trial the `top` highest scores against a cohort of others, of mean m and
    deviation d, estimate the scores of impostors, and the trial's score becomes

        ((s - m_first) / d_first + (s - m_second) / d_second) / 2.

    The cohort is one embedding for each background singer, the mean of the
    singer's embeddings of length 1, as with ECAPA-TDNN (Desplanques et al.,
    Interspeech 2020). Otherwise the highest scores would be those of the many
    recordings of one or two singers.

    Arguments
    ---------
    top : int
        How many of the cohort are looked at. All of them if there are fewer.

    Example
    -------
    >>> from speechbrain_singer.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> background = np.array([[0.6, 0.8], [1.0, 0.0]])
    >>> back_end = AdaptiveSNorm(top=2).fit(background, ["ann", "bob"])
    >>> back_end.score(np.array([[0.0, 1.0], [0.0, 2.0]]), trials)
    array([1.5])
    """

    needs_background = True
    cohort = None

    def __init__(self, top=300):
        if top < 2:
            raise ValueError(f"top is {top}: a deviation takes at least 2")
        self.top = top

    def fit(self, embeddings, singers):
        """Makes the cohort, see `scoring`; of two singers at least."""
        vectors = as_vectors(embeddings, "the background set")
        classes = as_classes(singers, len(vectors))
        normalise(vectors)
        sums = np.zeros((classes.max() + 1, vectors.shape[1]))
        np.add.at(sums, classes, vectors)
        self.cohort = normalise(sums, "the means of the background singers")
        if len(sums) < self.top:
            logger.warning(
                "s-norm: the background set has %d singers, fewer than the "
                "%d that are asked for: the scores of all of them are used",
                len(sums),
                self.top,
            )
        return self

    def score(self, embeddings, trials):
        """Scores trials, see `scoring`."""
        if self.cohort is None:
            raise no_background("s_norm")
        scores = Cosine().score(embeddings, trials)
        mean, deviation = self._against_cohort(as_vectors(embeddings))
        # (s - m1) / 2 d1 + (s - m2) / 2 d2, with few arrays of this length
        weight = 0.5 / deviation
        offset = mean * weight
        scores *= weight[trials.first] + weight[trials.second]
        scores -= offset[trials.first] + offset[trials.second]
        return scores

    def _against_cohort(self, vectors):
        """Mean and deviation of each embedding's highest scores, [n] each."""
        normalise(vectors)
        top = min(self.top, len(self.cohort))
        mean, deviation = np.empty((2, len(vectors)))
        for start in range(0, len(vectors), _ROWS):
            part = slice(start, start + _ROWS)
            scores = vectors[part] @ self.cohort.T
            highest = np.partition(scores, -top, axis=1)[:, -top:]
            mean[part] = highest.mean(axis=1)
            deviation[part] = highest.std(axis=1)
        return mean, _without_zeros(deviation)


def _without_zeros(deviation):
    """Where all scores are the same, their deviation says nothing."""
    same = deviation < 1e-9  # of cosines, in double precision
    if not same.any():
        return deviation
    usual = 1.0 if same.all() else deviation[~same].mean()
    logger.warning(
        "s-norm: %d of %d recordings (the first is row %d) have the same "
        "score against all of their cohort; they are scaled as the others are "
        "on average. Are background singers there twice?",
        same.sum(),
        same.size,
        same.argmax(),
    )
    return np.where(same, usual, deviation)
