"""Matching: does a query find its match among the candidates of all queries?

Conventions: scores are [queries, candidates], the higher the more alike;
query i belongs to candidate i, so that matches stand on the diagonal. All
figures are in [0, 1]. They are those of artist similarity in Garoufis,
Zlatintsi and Maragos, "CVSM" (2025); of the EER there is a fairer one beside.
"""

import numpy as np

from speechbrain_singer.metrics.detection import operating_points


def validate(scores):
    """Checks scores.

    Arguments
    ---------
    scores : array_like
        [queries, candidates]

    Returns
    -------
    scores : np.ndarray
        float64

    Raises
    ------
    ValueError
        If there are not as many candidates as queries, fewer than two, or a
        score is not finite.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or len(set(scores.shape)) != 1 or len(scores) < 2:
        raise ValueError(
            "scores [queries, candidates] of at least two queries and as many "
            f"candidates are needed, got {list(scores.shape)}"
        )
    if not np.isfinite(scores).all():
        raise ValueError(f"{(~np.isfinite(scores)).sum()} scores not finite")
    return scores


def mean_rank(scores):
    """Mean normalised rank (MNR) of the match among all candidates.

    The 0-based rank over the number of candidates; of equal ones half rank
    before the match. By chance it is (n - 1) / (2 n).

    Arguments
    ---------
    scores : array_like
        As `validate` takes them; ValueError as of it.

    Returns
    -------
    mnr : float

    Example
    -------
    >>> mean_rank([[0.9, 0.1], [0.8, 0.2]])  # ranks 0 and 1 of 2
    0.25
    """
    scores = validate(scores)
    own = scores.diagonal()[:, None]
    before = (scores > own).sum(axis=1)
    equal = (scores == own).sum(axis=1) - 1
    return float(np.mean(before + 0.5 * equal) / len(scores))


def equal_error(scores):
    """Equal error rate (EER) of all candidates of all queries.

    Arguments
    ---------
    scores : array_like
        As `validate` takes them; ValueError as of it.

    Returns
    -------
    rate : float
        Of n matches and n (n - 1) others, as `OperatingPoints.equal_error`.

    Example
    -------
    >>> equal_error([[0.9, 0.1], [0.8, 0.2]])  # 0.8 is above 0.2
    0.5
    """
    scores = validate(scores)
    labels = np.eye(len(scores), dtype=int)
    return operating_points(scores.ravel(), labels.ravel()).equal_error()[0]


def published_equal_error(scores):
    """EER with one other candidate for each query, as published.

    Query i has candidate i + n // 2 (modulo n) for its other one. With the
    matches ascending and the others descending it is the first place, from 0
    on, where a match is above the other, over n.

    Arguments
    ---------
    scores : array_like
        As `validate` takes them; ValueError as of it.

    Returns
    -------
    rate : float
        A multiple of 1 / n.

    Example
    -------
    >>> published_equal_error([[0.9, 0.1], [0.8, 0.2]])  # 0.2, 0.9; 0.8, 0.1
    0.5
    """
    scores = validate(scores)
    queries = np.arange(len(scores))
    others = scores[queries, (queries + len(scores) // 2) % len(scores)]
    crossed = np.sort(scores.diagonal()) > np.sort(others)[::-1]
    # Where they never cross, all are wrong
    place = crossed.argmax() if crossed.any() else len(scores)
    return float(place / len(scores))


def evaluate(scores):
    """All figures of scores.

    Arguments
    ---------
    scores : array_like
        As `validate` takes them; ValueError as of it.

    Returns
    -------
    figures : dict of str to float
        MNR, EER and published_EER.
    """
    return {
        "MNR": mean_rank(scores),
        "EER": equal_error(scores),
        "published_EER": published_equal_error(scores),
    }
