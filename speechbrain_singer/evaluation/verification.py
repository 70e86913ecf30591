"""Verification figures of embeddings whose singers are known."""

from typing import NamedTuple

import numpy as np
import torch.nn.functional as F
from speechbrain.utils.logger import get_logger

from speechbrain_singer.metrics.bootstrap import eer_interval
from speechbrain_singer.metrics.detection import (
    OperatingPoints,
    cllr,
    evaluate,
    operating_points,
)
from speechbrain_singer.metrics.ranking import (
    mean_normalised_rank,
    retrieval_metrics,
)
from speechbrain_singer.scoring.pairs import inner_products
from speechbrain_singer.trials.trials import Trials, all_pairs

logger = get_logger(__name__)

MAX_RANKED = 1000  # positive trials that are ranked, as published
# Figures that are rates, and given in percent
RATES = ("EER", "interpolated_EER", "AUC", "TPR_at_FPR_0.01")


class Verification(NamedTuple):
    """What came of scoring trials.

    Arguments
    ---------
    trials : Trials
    scores : np.ndarray
        [trials]
    metrics : dict
        See `verify`.
    points : OperatingPoints
        Of the scores: what each of them does as a threshold.
    """

    trials: Trials
    scores: np.ndarray
    metrics: dict
    points: OperatingPoints


def verify(
    embeddings,
    rows,
    trials,
    back_end,
    calibration=None,
    threshold=None,
    replicates=1000,
):
    """Scores trials and measures how well that tells singers apart.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    trials : Trials
        Of both kinds.
    back_end : object
        With `score(embeddings, trials)`, see `scoring`; and perhaps
        `log_likelihood_ratios`, True if the scores are that.
    calibration : Calibration, optional
        From scores to log-likelihood ratios, set on other singers. Without
        it there is no Cllr, unless the scores are such ratios.
    threshold : float, optional
        That was set on other singers; the errors at it are given.
    replicates : int
        Of the bootstrap over singers; no interval with 0.

    Returns
    -------
    verification : Verification
        Its metrics are, in percent but for thresholds and costs: EER, its
        95 % interval over singers, and what else `detection.evaluate` gives;
        Cllr; the rates of false rejection and false acceptance at the given
        threshold; of the cosines, MNR, recall at 1, 5 and 10 and mAP, these
        without the recordings of the query's own song; and the numbers of
        recordings, singers, trials and those by the same singer.

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.scoring.cosine import Cosine
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> verification = verify(embeddings, rows, all_pairs(rows), Cosine())
    >>> verification.metrics["EER"], verification.metrics["trials"]
    (0.0, 6)
    """
    scores = back_end.score(embeddings, trials)
    # Sorted once, for all figures but those of other scores
    points = operating_points(scores, trials.labels)
    metrics = {
        name: 100 * value if name in RATES else value
        for name, value in evaluate(points).items()
    }
    singers = np.array([row["singer"] for row in rows])
    if _agree(trials, singers):
        metrics["MNR"] = _rank(embeddings, singers, trials)
        if replicates:
            metrics["EER_interval"] = _interval(
                scores, trials, singers, replicates, points
            )
    if calibration is not None:
        ratios = calibration.log_likelihood_ratios(scores)
        metrics["Cllr"] = cllr(ratios, trials.labels)
    elif getattr(back_end, "log_likelihood_ratios", False):
        metrics["Cllr"] = cllr(scores, trials.labels)
    if threshold is not None:
        metrics |= _errors_at(threshold, points)
    metrics["EER_standardised"] = _standardised_error(embeddings, trials)
    metrics |= _retrieval(embeddings, rows, singers)
    metrics |= {
        "recordings": len(rows),
        "singers": len(set(singers)),
        "trials": len(trials.labels),
        "same_singer_trials": int(trials.labels.sum()),
    }
    return Verification(trials, scores, metrics, points)


def _agree(trials, singers):
    """Whether a list's labels are those of the manifest's singers."""
    same = singers[trials.first] == singers[trials.second]
    contradicted = int((same != (trials.labels == 1)).sum())
    if contradicted:
        logger.warning(
            "%d labels of the list contradict the singers of the manifest: "
            "no mean normalised rank, and no interval of the EER",
            contradicted,
        )
    return not contradicted


def _interval(scores, trials, singers, replicates, points):
    _, numbers = np.unique(singers, return_inverse=True)
    sides = numbers[trials.first], numbers[trials.second]
    interval = eer_interval(
        scores, trials.labels, *sides, replicates=replicates, points=points
    )
    return [100 * bound for bound in interval]


def _errors_at(threshold, points):
    false_rejection, false_acceptance = points.errors_at(threshold)
    return {
        "threshold": threshold,
        "false_rejection": 100 * false_rejection,
        "false_acceptance": 100 * false_acceptance,
    }


def _retrieval(embeddings, rows, singers):
    """Of recordings of other songs than the query's, if there are any."""
    groups = [_song(row, number) for number, row in enumerate(rows)]
    try:
        found = retrieval_metrics(embeddings, singers, groups)
    except ValueError as error:
        logger.warning("No recall and precision of other songs: %s", error)
        return {}
    found.pop("queries")
    return {
        name.replace("@", "_at_"): 100 * value for name, value in found.items()
    }


def _song(row, number):
    """What a query's own song is told by: clips share their recording."""
    for column in ("song", "recording"):
        if row.get(column):
            return f"{column} {row[column]}"
    return f"row {number}"


def cosine_scores(embeddings, trials):
    """Cosine of both recordings of each trial.

    As `scoring.Cosine`, and 0 for an embedding that is zero, as it may be
    while a network is trained.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    trials : Trials

    Returns
    -------
    scores : np.ndarray
        [trials]

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.trials.trials import Trials
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> cosine_scores(torch.tensor([[1.0, 0.0], [0.0, 2.0]]), trials)
    array([0.])
    """
    normalised = F.normalize(embeddings.double(), dim=1).cpu().numpy()
    return inner_products(normalised, normalised, trials)


def standardise(embeddings):
    """Each dimension to mean 0 and deviation 1 over the set: [n, dim]."""
    centred = embeddings - embeddings.mean(dim=0)
    return centred / embeddings.std(dim=0, correction=0).clamp(min=1e-12)


def verification_metrics(embeddings, rows, same=(), different=("song",)):
    """EER and mean normalised rank of recordings, by cosine.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    same, different : sequence of str
        Columns in which the recordings of a trial agree and differ.

    Returns
    -------
    metrics : dict
        EER and MNR in percent, the number of trials and of those by the same
        singer, and `EER_standardised`: with every dimension standardised
        over these recordings, as one may do with a set at hand.

    Raises
    ------
    ValueError
        If there are no trials of one of the two kinds.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> verification_metrics(embeddings, rows)["EER"]
    0.0
    """
    trials = all_pairs(rows, same, different)
    return {
        **error_and_rank(embeddings, rows, trials),
        "EER_standardised": _standardised_error(embeddings, trials),
        "trials": len(trials.labels),
        "same_singer_trials": int(trials.labels.sum()),
    }


def error_and_rank(embeddings, rows, trials):
    """EER and mean normalised rank of given trials, by cosine.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    trials : Trials
        Of which at most 1000 of one singer are ranked, as published.

    Returns
    -------
    metrics : dict
        EER and MNR in percent.

    Example
    -------
    >>> import torch
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> error_and_rank(embeddings, rows, all_pairs(rows))
    {'EER': 0.0, 'MNR': 0.0}
    """
    singers = [row["singer"] for row in rows]
    return {
        "EER": _error(embeddings, trials),
        "MNR": _rank(embeddings, singers, trials),
    }


def _error(embeddings, trials):
    """Equal error rate of cosines, in percent."""
    scores = cosine_scores(embeddings, trials)
    return 100 * operating_points(scores, trials.labels).equal_error()[0]


def _standardised_error(embeddings, trials):
    return _error(standardise(embeddings), trials)


def _rank(embeddings, singers, trials):
    """Mean normalised rank in percent, of some of the positive trials."""
    queries, matches = trials.positives
    if queries.size > MAX_RANKED:
        chosen = np.random.default_rng(0).choice(
            queries.size, MAX_RANKED, replace=False
        )
        queries, matches = queries[chosen], matches[chosen]
    return 100 * mean_normalised_rank(embeddings, singers, queries, matches)
