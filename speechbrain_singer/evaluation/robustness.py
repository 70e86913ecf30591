"""How an encoder holds up: recordings degraded, pitches apart, by sex.

Voices are enrolled clean and recognised degraded: of each pair of recordings
one is as it is and the other one degraded, and then the other way round.
"""

from dataclasses import dataclass

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.distributed import is_main
from speechbrain_singer.evaluation.cache import cached_rows
from speechbrain_singer.evaluation.degraded import DegradedHearing
from speechbrain_singer.evaluation.encoders import own_back_end
from speechbrain_singer.evaluation.error_figures import ErrorFigures
from speechbrain_singer.evaluation.pitch import check_edges, pitch_bins
from speechbrain_singer.evaluation.scored_trials import check_replicates
from speechbrain_singer.scoring import fitted_back_end
from speechbrain_singer.trials import Trials

logger = get_logger(__name__)

CLEAN = "clean"


@dataclass(frozen=True)
class Robustness:
    """Measures encoders under conditions that get worse.

    Arguments
    ---------
    degradations : dict of str to object
        As `DegradedHearing` takes them.
    conditions : dict of str to TrialPlan
        Which pairs are tried; left out where a corpus lacks a column, or has
        no such pairs.
    pitch_edges : sequence of float
        As `pitch_bins` takes them.
    sample_rate : int
        At which recordings are degraded, in Hz.
    replicates : int
        Of the bootstrap over singers; no intervals with 0.
    seed : int
    cache_folder : str or Path, optional
        Of the embeddings; nothing is kept if left out.
    """

    degradations: dict
    conditions: dict
    pitch_edges: tuple = (0, 2, 5, 9)
    sample_rate: int = 44100
    replicates: int = 1000
    seed: int = 0
    cache_folder: str = None

    def __post_init__(self):
        check_replicates(self.replicates)
        check_whole("seed", self.seed, least=0)
        check_whole("sample rate in Hz", self.sample_rate, least=1)
        check_edges(self.pitch_edges)

    def measure(self, encoder, rows, pitches, progressbar=True):
        """The figures of an encoder; to be called by all processes.

        Arguments
        ---------
        encoder : object
            As `load_encoder` returns it.
        rows : list of dict
            Rows of a manifest.
        pitches : np.ndarray
            [rows], as `median_pitches` returns them.
        progressbar : bool

        Returns
        -------
        report : dict
            `conditions`, by condition and degradation, clean first; `pitch`
            and `sex`, of the clean recordings by condition, and distance in
            pitch or sex of both; each as `ErrorFigures.of` returns them. And
            the numbers of `recordings` and `singers`. Empty but on the main
            process.

        Raises
        ------
        AudioError
            If nothing can be encoded.
        ValueError
            If no condition has trials.
        """
        trials = self._trials(rows)
        clean = self._heard(encoder, rows, None, progressbar)
        heard = {
            name: self._heard(encoder, rows, degradation, progressbar)
            for name, degradation in self.degradations.items()
        }
        if not is_main():
            return {}
        score = fitted_back_end(own_back_end(encoder)).score
        report = {"conditions": {}, "pitch": {}, "sex": {}}
        known = _encoded(clean)
        sexes = np.array([row.get("sex", "") for row in rows])
        for name, own in trials.items():
            figures = self._scored(score, clean, own, rows)
            degraded = {
                kind: self._degraded(score, clean, each, own, rows)
                for kind, each in heard.items()
            }
            report["conditions"][name] = {CLEAN: figures.of()} | degraded
            bins = pitch_bins(figures.trials, pitches[known], self.pitch_edges)
            report["pitch"][name] = figures.by(bins)
            report["sex"][name] = figures.by(
                _one_sex(figures.trials, sexes, known)
            )
        singers = np.array([row["singer"] for row in rows])[known]
        counts = {
            "recordings": len(singers),
            "singers": len(np.unique(singers)),
        }
        return counts | report

    def _heard(self, encoder, rows, degradation, progressbar):
        """[rows, dim], NaN of what cannot be encoded."""
        if degradation is not None:
            encoder = DegradedHearing(
                encoder, degradation, self.sample_rate, self.seed
            )
        try:
            return cached_rows(encoder, rows, self.cache_folder, progressbar)
        except AudioError as error:
            if degradation is None:
                raise
            # Such as beginnings too short for a network: the rest is measured
            logger.warning("%s: %s", degradation, error)
            return torch.full((len(rows), encoder.dimension), torch.nan)

    def _trials(self, rows):
        """By condition, those that the corpus allows."""
        made = {}
        for name, plan in self.conditions.items():
            lacking = {*plan.same, *plan.different} - set(rows[0])
            try:
                if lacking:
                    raise ValueError(f"the corpus lacks {', '.join(lacking)}")
                made[name] = plan.make(rows)
            except ValueError as error:
                logger.warning("%s is left out: %s", name, error)
        if not made:
            raise ValueError(
                "no condition has trials (see the warnings): give others as "
                '--conditions "{all pairs: {different: []}}"'
            )
        return made

    def _scored(self, score, embeddings, trials, rows):
        """The trials of what could be encoded."""
        known = _encoded(embeddings)
        trials = trials.among(known)
        singers = np.array([row["singer"] for row in rows])[known]
        scores = score(embeddings[known], trials)
        return ErrorFigures(scores, trials, singers, self.replicates)

    def _degraded(self, score, clean, degraded, trials, rows):
        """Each recording of a trial once clean and once degraded."""
        first, second, labels = trials
        both_ways = Trials(
            np.concatenate([first, second]),
            np.concatenate([second, first]) + len(rows),
            np.tile(labels, 2),
        )
        embeddings = torch.cat([clean, degraded])
        return self._scored(score, embeddings, both_ways, rows * 2).of()


def _encoded(embeddings):
    """Which rows are there: [rows] of bool."""
    return embeddings.isfinite().all(dim=1).numpy()


def _one_sex(trials, sexes, known):
    """Which trials are of one sex, by sex.

    By every sex of all rows, [rows], though the trials are of those known:
    the reports of all encoders have the same entries.
    """
    first, second = sexes[known][trials.first], sexes[known][trials.second]
    return {
        str(sex): (first == sex) & (second == sex)
        for sex in np.unique(sexes)
        if sex
    }
