"""Verification figures of embeddings whose singers are known."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F
from speechbrain.utils.logger import get_logger

from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.metrics.detection import (
    cllr,
    evaluate,
    operating_points,
)
from speechbrain_singer.metrics.ranking import (
    mean_normalised_rank,
    retrieval_metrics,
)
from speechbrain_singer.metrics.verification_stats import VerificationStats
from speechbrain_singer.numbering import sorted_numbers
from speechbrain_singer.scoring.calibration import Calibration
from speechbrain_singer.scoring.pairs import inner_products
from speechbrain_singer.trials import Trials

logger = get_logger(__name__)

MAX_RANKED = 1000  # positive trials that are ranked, as published
# Figures that are rates, and given in percent
RATES = ("EER", "interpolated_EER", "AUC", "TPR_at_FPR_0.01")


@dataclass(frozen=True)
class ScoredTrials:
    """Trials of recordings, their scores, and the figures of these.

    Arguments
    ---------
    embeddings : torch.Tensor
        [recordings, dim]
    rows : list of dict
        Rows of a manifest, one for each embedding.
    trials : Trials
        Of both kinds.
    scores : np.ndarray
        [trials], of one of the back ends in `scoring`.

    Example
    -------
    >>> from speechbrain_singer.scoring.cosine import Cosine
    >>> from speechbrain_singer.trials import all_pairs
    >>> rows = [{"singer": s, "song": str(i)} for i, s in enumerate("aabb")]
    >>> embeddings = torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> trials = all_pairs(rows)
    >>> scores = Cosine().score(embeddings, trials)
    >>> figures = ScoredTrials(embeddings, rows, trials, scores).figures()
    >>> figures["EER"], figures["trials"]
    (0.0, 6)
    """

    embeddings: torch.Tensor
    rows: list
    trials: Trials
    scores: np.ndarray

    @cached_property
    def points(self):
        """The operating points; the scores are sorted once for all figures."""
        stats = VerificationStats()
        stats.append((), self.scores, self.trials.labels)
        return stats.points

    @cached_property
    def singers(self):
        """Of the recordings: [recordings] of str."""
        return np.array([row["singer"] for row in self.rows])

    def figures(self, replicates=1000):
        """How well the scores, and the embeddings, tell singers apart.

        Arguments
        ---------
        replicates : int
            Of the bootstrap over singers; no interval with 0.

        Returns
        -------
        figures : dict
            In percent but for thresholds and costs. Of the scores: EER, its
            95 % interval over singers and what else `detection.evaluate`
            gives. Of the cosines: MNR; the EER with standardised dimensions;
            recall at 1, 5 and 10 and mAP without the recordings of the
            query's own song. And the numbers of recordings, singers, trials
            and those by the same singer.
        """
        figures = {
            name: 100 * value if name in RATES else value
            for name, value in evaluate(self.points).items()
        }
        if self._labels_agree():
            figures["MNR"] = _rank(self.embeddings, self.singers, self.trials)
            if replicates:
                figures["EER_interval"] = self._interval(replicates)
        return {
            **figures,
            "EER_standardised": _standardised_error(
                self.embeddings, self.trials
            ),
            **self._retrieval(),
            "recordings": len(self.rows),
            "singers": len(set(self.singers)),
            **_counts(self.trials),
        }

    def figures_by(self, encoder):
        """Figures by the threshold and the calibration of an encoder.

        Both come with its weights, are of cosines, and were set on other
        singers.

        Arguments
        ---------
        encoder : object
            With `threshold` and `calibration`, as `SingerEncoder` has them;
            no figures follow from what it lacks.

        Returns
        -------
        figures : dict
            `threshold`, the rates of `false_rejection` and `false_acceptance`
            at it in percent, and `Cllr` in bits.
        """
        figures = {}
        fitted = getattr(encoder, "calibration", None) or {}
        if "slope" in fitted:
            calibration = Calibration(fitted["slope"], fitted["offset"])
            ratios = calibration.log_likelihood_ratios(self.scores)
            figures["Cllr"] = cllr(ratios, self.trials.labels)
        threshold = getattr(encoder, "threshold", None)
        if threshold is not None:
            rejection, acceptance = self.points.errors_at(threshold)
            figures |= {
                "threshold": threshold,
                "false_rejection": 100 * rejection,
                "false_acceptance": 100 * acceptance,
            }
        return figures

    def _labels_agree(self):
        """Whether the labels, of a list, are those of the manifest."""
        first, second, labels = self.trials
        same = self.singers[first] == self.singers[second]
        contradicted = int((same != (labels == 1)).sum())
        if contradicted:
            logger.warning(
                "%d labels of the list contradict the singers of the "
                "manifest: no mean normalised rank, and no interval of the EER",
                contradicted,
            )
        return not contradicted

    def _interval(self, replicates):
        _, numbers = sorted_numbers(self.singers)
        first, second, labels = self.trials
        bootstrap = SingerBootstrap.draw(
            numbers[first], numbers[second], replicates
        )
        interval = bootstrap.eer_interval(self.scores, labels, self.points)
        return [100 * bound for bound in interval]

    def _retrieval(self):
        """Of recordings of other songs than the query's, if there are any."""
        groups = [_song(row, number) for number, row in enumerate(self.rows)]
        try:
            found = retrieval_metrics(self.embeddings, self.singers, groups)
        except ValueError as error:
            logger.warning("No recall and precision of other songs: %s", error)
            return {}
        found.pop("queries")
        return {
            name.replace("@", "_at_"): 100 * value
            for name, value in found.items()
        }


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
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([1]))
    >>> cosine_scores(torch.tensor([[1.0, 0.0], [0.0, 2.0]]), trials)
    array([0.])
    """
    normalised = F.normalize(embeddings.double(), dim=1).cpu().numpy()
    return inner_products(normalised, normalised, trials)


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

    Raises
    ------
    ValueError
        If there are no trials of one of the two kinds.

    Example
    -------
    >>> from speechbrain_singer.trials import all_pairs
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


def verification_metrics(embeddings, rows, trials):
    """What training reports of an encoder, by cosine.

    Arguments
    ---------
    embeddings, rows, trials
        As `error_and_rank` takes them.

    Returns
    -------
    metrics : dict
        EER and MNR in percent; `EER_standardised`, with every dimension
        standardised over these recordings; the number of trials and of those
        by the same singer.
    """
    return {
        **error_and_rank(embeddings, rows, trials),
        "EER_standardised": _standardised_error(embeddings, trials),
        **_counts(trials),
    }


def _counts(trials):
    return {
        "trials": len(trials.labels),
        "same_singer_trials": int(trials.labels.sum()),
    }


def _error(embeddings, trials):
    """Equal error rate of cosines, in percent."""
    scores = cosine_scores(embeddings, trials)
    return 100 * operating_points(scores, trials.labels).equal_error()[0]


def _standardised_error(embeddings, trials):
    """With each dimension of mean 0 and deviation 1 over the set."""
    centred = embeddings - embeddings.mean(dim=0)
    deviation = embeddings.std(dim=0, correction=0).clamp(min=1e-12)
    return _error(centred / deviation, trials)


def _rank(embeddings, singers, trials):
    """Mean normalised rank in percent, of some of the positive trials."""
    pairs = np.stack(trials.positives)
    if pairs.shape[1] > MAX_RANKED:
        chosen = np.random.default_rng(0).choice(
            pairs.shape[1], MAX_RANKED, replace=False
        )
        pairs = pairs[:, chosen]
    return 100 * mean_normalised_rank(embeddings, singers, pairs)


def _song(row, number):
    """What a query's own song is told by: clips share their recording."""
    for column in ("song", "recording"):
        if row.get(column):
            return f"{column} {row[column]}"
    return f"row {number}"
