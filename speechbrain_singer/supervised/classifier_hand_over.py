"""From the best classifier of a fold to a folder to use, and its figures."""

from functools import partial
from pathlib import Path

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
from speechbrain_singer.training.stages import has_lowest_loss

logger = get_logger(__name__)

_OF = ("window", "recording")


class ClassifierHandOver:
    """Exports the best classifier of a fold and measures it, stage by stage.

    Of several stages that one is exported which has the lowest validation
    loss. In the folder of the fold come `encoder/`, which
    `SingerEncoder.from_hparams` loads; `predictions.csv`, who was taken for
    whom in the tested recordings; and `metrics.json`, last of all. Each stage
    has `curves.png` beside its log.

    Arguments
    ---------
    folder : str or Path
        Of the fold.
    fold : int
        Its number, from 0 on.
    folds : int
        How many there are.
    window_seconds : float
    epochs : int or list of int
        How many were asked for at most, in all stages.
    label : str
        The column of the classes.
    details : dict, optional
        What stands in `metrics.json` too.
    """

    def __init__(
        self,
        folder,
        fold,
        folds,
        window_seconds,
        epochs,
        *,
        label="singer",
        details=None,
    ):
        self.folder = Path(folder)
        self.fold = fold
        self.folds = folds
        self.window_seconds = window_seconds
        self.epochs = epochs
        self.label = label
        self.details = dict(details or {})
        self.stages = {}
        self.best = None  # the name of a stage, and what it predicts
        self.predictions = None

    def take(self, name, brain, parts, num_workers=0):
        """Takes over a stage that has been trained, before the next begins.

        Arguments
        ---------
        name : str
            Of the stage.
        brain : ClassifierBrain
            After `fit`. It has its best weights from here on.
        parts : dict of str to Part
            train, valid and test.
        num_workers : int
            Processes that read ahead.
        """
        epochs = brain.epoch_counter.current  # before it is set back
        best = {**brain.recover_best(), "epochs": epochs}
        self._take(name, brain, best, parts, num_workers)

    @main_process_only
    def _take(self, name, brain, best, parts, num_workers):
        probabilities = {
            part: brain.predict(
                ordered_loader(own.windows, num_workers=num_workers)
            )
            for part, own in parts.items()
        }
        trained = {
            "epochs": best["epochs"],
            "best_epoch": best.get("epoch"),
            "loss": best.get("loss"),
            "parameters": _parameters(brain),
        }
        weights = getattr(brain.module("encoder"), "layer_weights", None)
        if weights is not None:
            trained["layer_weights"] = weights.weights()
        if self.take_predictions(name, probabilities, parts, trained):
            self._export(brain)
        draw_each(brain.log.folder, _curves(brain.log.history))

    def take_predictions(self, name, scores, parts, trained):
        """Takes over what was predicted, by a network or by a probe.

        Arguments
        ---------
        name : str
            Of the stage.
        scores : dict of str to np.ndarray
            By part, [windows, classes], the higher the likelier.
        parts : dict of str to Part
        trained : dict
            What stands beside the figures; `loss`, by which stages are
            compared.

        Returns
        -------
        is_best : bool
            Whether it is the best stage so far.
        """
        predictions = {
            part: self._predictions(own, scores[part])
            for part, own in parts.items()
        }
        is_best = has_lowest_loss(trained, self.stages.values())
        self.stages[name] = {
            **trained,
            **{n: fold_accuracies(*both) for n, both in predictions.items()},
            "figures": {
                of: _means(own)
                for of, own in zip(_OF, predictions["test"], strict=True)
            },
            "confusion": predictions["test"][0].confusion().tolist(),
        }
        if is_best:
            self.best, self.predictions = name, predictions
        return is_best

    def _predictions(self, part, scores):
        """Of windows; of recordings by the mean of theirs."""
        labels = np.asarray(part.windows.label)
        folds = np.full(len(labels), self.fold)
        of_windows = Predictions(part.names, labels, folds, scores)
        return of_windows, of_windows.averaged(part.windows.row)

    def _export(self, brain):
        encoder = WaveformEncoder(
            brain.module("features"), brain.module("encoder")
        )
        export_encoder(
            *(self.folder / "encoder", encoder, self.window_seconds),
            classifier=brain.module("classifier"),
        )

    @main_process_only
    def finish(self, parts):
        """Writes what was predicted and the figures of all stages.

        Arguments
        ---------
        parts : dict of str to Part
        """
        self._write(parts["test"].rows, self.predictions["test"][1])
        with atomic_open(self.folder / "metrics.json") as file:
            file.write(to_json(self._figures(parts)))
        test = self.stages[self.best]["test"]
        logger.info(
            "fold %d: of the tested windows %.1f %% are named right, of the "
            "recordings %.1f %%",
            *(self.fold, test["window"], test["recording"]),
        )

    def _figures(self, parts):
        train, test = parts["train"], parts["test"]
        best = self.stages[self.best]
        kept = ("epochs", "best_epoch", "parameters", *parts)
        return {
            "fold": self.fold,
            "folds": self.folds,
            "epochs_asked": self.epochs,
            **self.details,
            f"{self.label}s": len(train.names),
            "names": train.names,
            "recordings": {name: len(p.rows) for name, p in parts.items()},
            "windows": {name: len(p.windows) for name, p in parts.items()},
            "shared_songs": shared_songs(train.rows, test.rows),
            **{key: best[key] for key in kept if key in best},
            "chance": fold_chances(*self.predictions["test"]),
            "exported": self.best,
            "stages": self.stages,
        }

    def _write(self, rows, predictions):
        """Who was taken for whom, recording by recording."""
        heads = ["ID", self.label, "predicted", "fold"]
        lines = predictions.lines(row["ID"] for row in rows)
        write_csv(self.folder / "predictions.csv", [heads, *lines])


def _means(predictions):
    """All figures of one fold, in percent."""
    return {n: each["mean"] for n, each in predictions.figures().items()}


def _curves(history):
    """Pictures, as `draw_each` takes them."""
    draw = partial(_draw_curves, history)
    return {"curves": ("curves.png", draw)}


def _draw_curves(history, path):
    plot_curves(read_history(history), path)


def _parameters(brain):
    """How many are trained."""
    modules = [brain.module(name) for name in brain.modules]
    parameters = {p for module in modules for p in module.parameters()}
    return sum(p.numel() for p in parameters if p.requires_grad)
