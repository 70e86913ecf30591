"""Scored trials of recordings, and all figures that follow from them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.verification import (
    mean_rank,
    standardised_error,
)
from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.metrics.detection import cllr
from speechbrain_singer.metrics.ranking import retrieval_metrics
from speechbrain_singer.metrics.verification_stats import VerificationStats
from speechbrain_singer.numbering import sorted_numbers
from speechbrain_singer.scoring.calibration import Calibration
from speechbrain_singer.trials import Trials

logger = get_logger(__name__)

# Figures of VerificationStats, and by what they are multiplied: rates are
# given in percent
FIGURES = {
    "EER": 100,
    "EER_threshold": 1,
    "interpolated_EER": 100,
    "minDCF": 1,
    "minDCF_threshold": 1,
    "AUC": 100,
    "TPR_at_FPR_0.01": 100,
}


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
    distance : bool
        Whether embeddings as such are compared by distance, not by cosine.

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
    distance: bool = False

    @cached_property
    def stats(self):
        """`VerificationStats`; the scores are sorted once for all figures."""
        stats = VerificationStats()
        # No names of trials: there may be millions, and `trials` has the rows
        stats.append((), self.scores, self.trials.labels)
        return stats

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
            95 % interval over singers and the other `FIGURES`. Of the cosines,
            or distances: MNR; the EER with standardised dimensions; recall at
            1, 5 and 10 and mAP without the recordings of the query's own song.
            And the numbers of recordings, singers, trials and those by the
            same singer.
        """
        embeddings, trials = self.embeddings, self.trials
        summary = self.stats.summarize()
        return {
            **{name: unit * summary[name] for name, unit in FIGURES.items()},
            **self._of_singers(replicates),
            "EER_standardised": standardised_error(
                embeddings, trials, self.distance
            ),
            **self._retrieval(),
            "recordings": len(self.rows),
            "singers": len(set(self.singers)),
            "trials": len(self.scores),
            "same_singer_trials": int(trials.labels.sum()),
        }

    def figures_by(self, encoder):
        """Figures by the threshold and the calibration of an encoder.

        Both come with its weights, are of its own score, and were set on
        other singers.

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
            rejection, acceptance = self.stats.points.errors_at(threshold)
            figures |= {
                "threshold": threshold,
                "false_rejection": 100 * rejection,
                "false_acceptance": 100 * acceptance,
            }
        return figures

    def _of_singers(self, replicates):
        """What needs to know the singers: rank, and interval of the EER."""
        _, numbers = sorted_numbers(self.singers)
        first, second, labels = self.trials
        singers = numbers[first], numbers[second]
        contradicted = int((np.equal(*singers) != (labels == 1)).sum())
        if contradicted:
            logger.warning(
                "%d labels of the list contradict the singers of the "
                "manifest: no mean normalised rank, and no interval of the EER",
                contradicted,
            )
            return {}
        rank = mean_rank(
            self.embeddings, self.singers, self.trials, self.distance
        )
        figures = {"MNR": rank}
        if replicates:
            bootstrap = SingerBootstrap.draw(*singers, replicates)
            points = self.stats.points
            interval = bootstrap.eer_interval(self.scores, labels, points)
            figures["EER_interval"] = [100 * bound for bound in interval]
        return figures

    def _retrieval(self):
        """Of recordings of other songs than the query's, if there are any."""
        groups = [_song(row, number) for number, row in enumerate(self.rows)]
        try:
            found = retrieval_metrics(
                *(self.embeddings, self.singers, groups),
                distance=self.distance,
            )
        except ValueError as error:
            logger.warning("No recall and precision of other songs: %s", error)
            return {}
        return {
            name.replace("@", "_at_"): 100 * value
            for name, value in found.items()
            if name != "queries"
        }


def check_replicates(replicates):
    """Refuses what is no number of replicates; 0 is one.

    Example
    -------
    >>> check_replicates(0)
    >>> check_replicates(-1)
    Traceback (most recent call last):
    ValueError: replicates: -1: must be a whole number, 0 at least and \
100000 at most
    """
    # They are weighed all at once: more are a slip, and fill the memory
    check_whole("replicates", replicates, least=0, most=100_000)


def _song(row, number):
    """What a query's own song is told by: clips share their recording."""
    for column in ("song", "recording"):
        if row.get(column):
            return f"{column} {row[column]}"
    return f"row {number}"
