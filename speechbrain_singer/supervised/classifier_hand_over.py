"""From the best classifier of a fold to a folder to use, and its figures."""

from dataclasses import dataclass

import numpy as np
from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.dataio.sampler import ordered_loader
from speechbrain_singer.evaluation.predictions import (
    Predictions,
    fold_accuracies,
    fold_chances,
)
from speechbrain_singer.evaluation.shared_songs import shared_songs
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.reports.curves import plot_curves, read_history
from speechbrain_singer.reports.results import draw_each, to_json
from speechbrain_singer.reports.tables import write_csv

logger = get_logger(__name__)


@dataclass(frozen=True)
class ClassifierHandOver:
    """Exports the best classifier of a fold and measures it.

    Beside the fold's log come `encoder/`, which `SingerEncoder.from_hparams`
    loads; `predictions.csv`, who was taken for whom in the tested recordings;
    `curves.png`; and `metrics.json`, last of all.

    Arguments
    ---------
    fold : int
        Its number, from 0 on.
    folds : int
        How many there are.
    window_seconds : float
    epochs : int
        How many were asked for at most.
    """

    fold: int
    folds: int
    window_seconds: float
    epochs: int

    def __call__(self, brain, parts):
        """Hands a fold over.

        Arguments
        ---------
        brain : ClassifierBrain
            After `fit`.
        parts : dict of str to Part
        """
        epochs = brain.epoch_counter.current  # before it is set back
        best = {**brain.recover_best(), "epochs": epochs}
        self._hand_over(brain, best, parts)

    @main_process_only
    def _hand_over(self, brain, best, parts):
        folder = brain.log.folder
        encoder = WaveformEncoder(
            brain.module("features"), brain.module("encoder")
        )
        classifier = brain.module("classifier")
        export_encoder(
            *(folder / "encoder", encoder, self.window_seconds),
            classifier=classifier,
        )
        predictions = {name: _predict(brain, p) for name, p in parts.items()}
        figures = {
            "fold": self.fold,
            "folds": self.folds,
            "epochs_asked": self.epochs,
            "epochs": best["epochs"],
            "best_epoch": best.get("epoch"),
            "parameters": _parameters(brain),
            "singers": len(parts["train"].names),
            "recordings": {name: len(p.rows) for name, p in parts.items()},
            "shared_songs": shared_songs(
                parts["train"].rows, parts["test"].rows
            ),
            **{
                name: fold_accuracies(*both)
                for name, both in predictions.items()
            },
            "chance": fold_chances(*predictions["test"]),
        }
        of_recordings = predictions["test"][1]
        ids = [row["ID"] for row in parts["test"].rows]
        heads = ["ID", "singer", "predicted", "fold"]
        lines = of_recordings.lines(ids)
        write_csv(folder / "predictions.csv", [heads, *lines])
        history = brain.log.history
        draw = {
            "curves": (
                "curves.png",
                lambda path: plot_curves(read_history(history), path),
            )
        }
        draw_each(folder, draw)
        with atomic_open(folder / "metrics.json") as file:
            file.write(to_json(figures))
        logger.info(
            "fold %d: of the tested windows %.1f %% are named right, of the "
            "recordings %.1f %%",
            *(
                self.fold,
                figures["test"]["window"],
                figures["test"]["recording"],
            ),
        )


def _predict(brain, part):
    """`Predictions` of windows, and of recordings by the mean of theirs."""
    windows = part.windows
    probabilities = brain.predict(ordered_loader(windows))
    of_windows = Predictions(
        part.names, windows.label, np.zeros(len(windows), int), probabilities
    )
    return of_windows, of_windows.averaged(windows.row)


def _parameters(brain):
    modules = (brain.module(name) for name in ("encoder", "classifier"))
    return sum(p.numel() for module in modules for p in module.parameters())
