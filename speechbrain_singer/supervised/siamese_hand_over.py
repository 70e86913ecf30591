"""From the best siamese network to a folder to use, figures and a page."""

from dataclasses import dataclass

import numpy as np
import torch
from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.baselines import load_baseline
from speechbrain_singer.dataio.sampler import ordered_loader
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.performances import (
    in_all,
    performance_report,
)
from speechbrain_singer.evaluation.standardisation import standardised
from speechbrain_singer.evaluation.verification import (
    threshold_of_equal_errors,
)
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.scores import SQUARED_DISTANCE
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.reports.curves import read_history
from speechbrain_singer.reports.performances import write_performances
from speechbrain_singer.scoring.distance import Distance
from speechbrain_singer.trials import all_pairs

logger = get_logger(__name__)

LEARNED = "siamese network"
# What it is compared with: means and deviations over time
HANDCRAFTED = {"spectral features": "spectral", "MFCC": "mfcc"}


@dataclass(frozen=True)
class SiameseHandOver:
    """Exports the best encoder and measures it on whole performances.

    In the folder of the results come `encoder/`, which
    `SingerEncoder.from_hparams` loads, with a threshold from the validation
    singers, and what `write_performances` writes.

    Arguments
    ---------
    window_seconds : float
    corpus : str
        What the threshold is set on, for those who read it.
    epochs : int
        How many were asked for at most.
    """

    window_seconds: float
    corpus: str
    epochs: int

    def __call__(self, brain, parts, test_pairs, results):
        """Hands a run over.

        Arguments
        ---------
        brain : SiameseBrain
            After `fit`.
        parts : dict of str to Part
        test_pairs : torch.utils.data.DataLoader
            Of pairs of windows of the test singers.
        results : Results
        """
        epochs = brain.epoch_counter.current  # before it is set back
        best = {**brain.recover_best(), "epochs": epochs}
        self._hand_over(brain, best, parts, test_pairs, results)

    @main_process_only
    def _hand_over(self, brain, best, parts, test_pairs, results):
        valid, test = (embed(brain, parts[name]) for name in ("valid", "test"))
        threshold, set_on = self._threshold(valid, parts["valid"].rows)
        encoder = WaveformEncoder(
            brain.module("features"), brain.module("encoder")
        )
        export_encoder(
            *(results.folder / "encoder", encoder, self.window_seconds),
            *(threshold, set_on),
            score=SQUARED_DISTANCE,
        )
        trained = {
            "epochs_asked": self.epochs,
            "epochs": best["epochs"],
            "best_epoch": best.get("epoch"),
            "parameters": sum(p.numel() for p in encoder.parameters()),
            "validation": best,
            "threshold": threshold,
            "test_loss": brain.evaluate(
                test_pairs, min_key="loss", progressbar=False
            ),
            "collapsed_loss": brain.module("objective").collapsed,
        }
        logger.info(
            "loss of test pairs: %.4f; it is %.4f where all are in one place",
            *(trained["test_loss"], trained["collapsed_loss"]),
        )
        embeddings, rows = in_all(embedded_test(test, parts["test"].rows))
        reports = {
            name: performance_report(vectors, rows)
            for name, vectors in embeddings.items()
        }
        write_performances(
            *(results, reports, embeddings, rows),
            history=read_history(brain.log.history),
            trained=trained,
        )

    def _threshold(self, embeddings, rows):
        """The score of equal errors, and what it is set on."""
        if not all_pairs(rows).both_kinds:
            return None, None
        return threshold_of_equal_errors(
            embeddings, rows, self.corpus, Distance().score
        )


def embed(brain, part):
    """Embeddings of performances, [rows, dim]: the mean of their windows."""
    windows = brain.embed(ordered_loader(part.windows))
    counts = np.bincount(part.windows.row)
    sums = torch.zeros(len(counts), windows.shape[1])
    sums.index_add_(0, torch.from_numpy(part.windows.row), windows)
    return sums / torch.from_numpy(counts)[:, None]


def embedded_test(learned, rows):
    """By encoder embeddings of the test performances, and their rows."""
    embedded = {LEARNED: (learned, rows)}
    for title, name in HANDCRAFTED.items():
        vectors, usable = embed_recordings(load_baseline(name), rows)
        # Each has units of its own, and the largest would decide
        embedded[title] = standardised(vectors), usable
    return embedded
