"""From the best checkpoint to a folder to use, figures and pictures."""

import json
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.verification import (
    threshold_of_equal_errors,
    verification_report,
)
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.stored_calibration import store_threshold
from speechbrain_singer.reports.curves import plot_curves, read_history
from speechbrain_singer.reports.results import draw_each
from speechbrain_singer.reports.singers import space_pictures
from speechbrain_singer.trials import can_verify

logger = get_logger(__name__)

MAX_RECORDINGS = 2000  # to measure on; of more, so many are drawn


@dataclass(frozen=True)
class HandOver:
    """Exports the best encoder of a run, measures it and draws the pictures.

    Beside the run's log come `encoder/`, which `SingerEncoder.from_hparams`
    loads, with a threshold from the validation singers; `metrics.json`; and
    pictures.

    Arguments
    ---------
    clip_seconds : float
        Length of the training clips, and so of the encoder's windows.
    corpus : str
        What the threshold is set on, for those who read it.
    """

    clip_seconds: float
    corpus: str

    def __call__(self, brain, untrained, test_rows):
        """Hands a run over.

        Arguments
        ---------
        brain : SSLBrain
            After `fit`.
        untrained : WaveformEncoder
            The encoder as it was before training, to compare with.
        test_rows : list of dict
            Recordings of singers that were neither trained on nor validated
            with.
        """
        best = brain.recover_best()
        self._hand_over(brain, best, untrained, test_rows)

    # SpeechBrain's loading waits for all processes; this tells it that only
    # the main one is there
    @main_process_only
    def _hand_over(self, brain, best, untrained, test_rows):
        folder = brain.log.folder
        path = folder / "encoder"
        export_encoder(path, brain.module("encoder"), self.clip_seconds)
        # What a user would load is what is measured; it may have parts of the
        # user's own
        options = {"device": brain.device}
        trained = SingerEncoder.from_hparams(
            path, run_opts=options, trust_remote_code=True
        )
        metrics, embedded = {"validation": best}, (None, [])
        with _said("no threshold is set"):
            embedded = _embed(trained, brain.valid_rows)
            metrics |= self._calibrate(path, *embedded)
        with _said("no figures of test singers"):
            windows = {"window_seconds": self.clip_seconds}
            before = SingerEncoder({"encoder": untrained}, windows, options)
            metrics |= _measure(trained, before, test_rows)
        with atomic_open(folder / "metrics.json") as file:
            json.dump(metrics, file, indent=2)
        draw_each(folder, _pictures(brain.log.history, *embedded))
        logger.info(
            f"{path} is the encoder, metrics.json beside it its figures"
        )

    def _calibrate(self, path, embeddings, rows):
        """Keeps the threshold of equal errors, and says what it was set on."""
        if not can_verify(rows):
            return {}
        threshold, set_on = threshold_of_equal_errors(
            embeddings, rows, self.corpus
        )
        store_threshold(path, threshold, set_on)
        return {"threshold": threshold, "calibration": set_on}


@contextmanager
def _said(consequence):
    """The encoder is handed over by now: what fails is said, and no more."""
    try:
        yield
    except Exception as error:
        logger.warning(
            "%s: %s",
            *(str(error) or repr(error), consequence),
            exc_info=not isinstance(error, AudioError),
        )


def _embed(encoder, rows):
    """Embeddings of the rows, at most so many, or none to verify with."""
    rows = _at_most(rows)
    return embed_recordings(encoder, rows) if can_verify(rows) else (None, [])


def _measure(trained, untrained, rows):
    """Figures of encoders on singers that nothing was trained on, as `test`."""
    rows = _at_most(rows)
    if not can_verify(rows):
        return {}
    logger.info(f"Measuring on {len(rows)} recordings of test singers")
    encoders = {
        "trained": trained,
        "untrained": untrained,
        "mfcc_statistics": MFCCStatistics(trained.sample_rate),
    }
    reports = {
        name: verification_report(encoder, rows)
        for name, encoder in encoders.items()
    }
    for name, report in reports.items():
        for kind in ("all_pairs", "same_sex"):
            if kind not in report:
                continue
            figures = report[kind]
            logger.info(
                f"test, {kind}: {name}: EER {figures['EER']:.1f} %, "
                f"standardised {figures['EER_standardised']:.1f} %, "
                f"mean normalised rank {figures['MNR']:.1f} %"
            )
    return {"test": reports}


def _pictures(history, embeddings, rows):
    """Curves, and where there are validation singers, their space."""
    pictures = {
        "curves": (
            "curves.png",
            lambda path: plot_curves(read_history(history), path),
        )
    }
    if can_verify(rows):
        pictures |= space_pictures(embeddings, [r["singer"] for r in rows])
    return pictures


def _at_most(rows):
    """A random draw of at most `MAX_RECORDINGS` of the rows."""
    if len(rows) <= MAX_RECORDINGS:
        return rows
    logger.info(f"Measuring on {MAX_RECORDINGS} of {len(rows)} recordings")
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(rows), MAX_RECORDINGS, replace=False)
    return [rows[i] for i in sorted(chosen)]
