"""From the best classifier of a fold to a folder to use, and its figures."""

from dataclasses import dataclass
from functools import partial

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
        predictions = {
            name: self._predict(brain, part) for name, part in parts.items()
        }
        figures = self._figures(brain, best, parts, predictions)
        self._write(folder, parts["test"].rows, predictions["test"][1])
        draw_each(folder, _curves(brain.log.history))
        with atomic_open(folder / "metrics.json") as file:
            file.write(to_json(figures))
        test = figures["test"]
        logger.info(
            "fold %d: of the tested windows %.1f %% are named right, of the "
            "recordings %.1f %%",
            *(self.fold, test["window"], test["recording"]),
        )

    def _predict(self, brain, part):
        """`Predictions` of windows; of recordings by the mean of theirs."""
        windows = part.windows
        folds = np.full(len(windows), self.fold)
        probabilities = brain.predict(ordered_loader(windows))
        of_windows = Predictions(
            part.names, windows.label, folds, probabilities
        )
        return of_windows, of_windows.averaged(windows.row)

    def _figures(self, brain, best, parts, predictions):
        train, test = parts["train"], parts["test"]
        return {
            "fold": self.fold,
            "folds": self.folds,
            "epochs_asked": self.epochs,
            "epochs": best["epochs"],
            "best_epoch": best.get("epoch"),
            "parameters": _parameters(brain),
            "singers": len(train.names),
            "recordings": {name: len(p.rows) for name, p in parts.items()},
            "shared_songs": shared_songs(train.rows, test.rows),
            **{n: fold_accuracies(*both) for n, both in predictions.items()},
            "chance": fold_chances(*predictions["test"]),
        }

    def _write(self, folder, rows, predictions):
        """Who was taken for whom, recording by recording."""
        heads = ["ID", "singer", "predicted", "fold"]
        lines = predictions.lines(row["ID"] for row in rows)
        write_csv(folder / "predictions.csv", [heads, *lines])


def _curves(history):
    """Pictures, as `draw_each` takes them."""
    draw = partial(_draw_curves, history)
    return {"curves": ("curves.png", draw)}


def _draw_curves(history, path):
    plot_curves(read_history(history), path)


def _parameters(brain):
    modules = (brain.module(name) for name in ("encoder", "classifier"))
    return sum(p.numel() for module in modules for p in module.parameters())
