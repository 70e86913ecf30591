"""Error rates of scored trials, of all of them or of some."""

from dataclasses import dataclass

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.metrics.bootstrap import SingerBootstrap
from speechbrain_singer.metrics.detection import operating_points
from speechbrain_singer.trials import Trials

logger = get_logger(__name__)


@dataclass(frozen=True)
class ErrorFigures:
    """Trials with their scores, and the error rates of any share of them.

    Arguments
    ---------
    scores : np.ndarray
        [trials]
    trials : Trials
    singers : np.ndarray
        Of the rows that the trials number: [rows] of str.
    replicates : int
        Of the bootstrap over singers; no intervals with 0.

    Example
    -------
    >>> from speechbrain_singer.trials import all_pairs
    >>> rows = [{"singer": singer} for singer in "aabb"]
    >>> trials = all_pairs(rows, different=())
    >>> scores = trials.labels - np.array([0, 0, 0, 0, 0.1, 0])
    >>> figures = ErrorFigures(scores, trials, np.array(list("aabb")), 0)
    >>> figures.of()
    {'EER': 0.0, 'trials': 6, 'same_singer_trials': 2}
    """

    scores: np.ndarray
    trials: Trials
    singers: np.ndarray
    replicates: int

    def of(self, chosen=slice(None)):
        """Figures of all trials, or of those of a mask ([trials], bool).

        Returns
        -------
        figures : dict
            `EER` and its 95 % interval over singers, `EER_interval`, in
            percent, where there are trials of both kinds; and the numbers of
            `trials` and `same_singer_trials`.
        """
        scores, trials = self.scores[chosen], self.trials.select(chosen)
        counts = {
            "trials": len(scores),
            "same_singer_trials": int(trials.labels.sum()),
        }
        if not trials.both_kinds:
            return counts
        points = operating_points(scores, trials.labels)
        figures = {"EER": 100 * points.equal_error()[0]}
        if self.replicates:
            figures |= self._interval(scores, trials, points)
        return figures | counts

    def by(self, masks):
        """Figures by the names of masks."""
        return {name: self.of(mask) for name, mask in masks.items()}

    def _interval(self, scores, trials, points):
        first, second = self.singers[trials.first], self.singers[trials.second]
        bootstrap = SingerBootstrap.draw(first, second, self.replicates)
        try:
            found = bootstrap.eer_interval(scores, trials.labels, points)
        # Of so few singers that no replicate has trials of both kinds
        except ValueError as error:
            logger.warning("No interval: %s", error)
            return {}
        return {"EER_interval": [100 * bound for bound in found]}
