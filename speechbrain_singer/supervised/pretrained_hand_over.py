"""From the end of a pretraining to a folder to use, figures and curves."""

import json
from dataclasses import dataclass

from speechbrain import Stage
from speechbrain.utils.distributed import main_process_only
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.evaluation.verification import (
    threshold_of_equal_errors,
)
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.reports.curves import plot_curves, read_history
from speechbrain_singer.reports.results import draw_each
from speechbrain_singer.reports.singers import MAX_LABELS, space_pictures
from speechbrain_singer.scoring.within_voices import within_voice_whitening
from speechbrain_singer.supervised.pretraining import voice_figures

logger = get_logger(__name__)


@dataclass(frozen=True)
class PretrainedHandOver:
    """Exports the encoder of the last checkpoint.

    Before, its embeddings are whitened within the voices that it was trained
    on: where songs and channels move a voice, differences say little.
    Beside the run's log come `encoder/`, which `SingerEncoder.from_hparams`
    loads, with the threshold of equal errors of the validation voices;
    `metrics.json`; and pictures.

    Arguments
    ---------
    window_seconds : float
        Of the encoder's windows.
    corpus : str
        What the threshold is set on, for those who read it.
    """

    window_seconds: float
    corpus: str

    def __call__(self, brain, train_loader, valid_loader):
        """Hands a run over.

        Arguments
        ---------
        brain : PretrainingBrain
            After `fit`.
        train_loader : torch.utils.data.DataLoader
            Of `VoiceClips`, in `ClipBatches`.
        valid_loader : torch.utils.data.DataLoader
            Of `WholeVoices`.
        """
        last = brain.recover_best()
        self._hand_over(brain, last, train_loader, valid_loader)

    @main_process_only
    def _hand_over(self, brain, last, train_loader, valid_loader):
        brain.module("encoder").absorb(_whitening(brain, train_loader))
        embeddings = brain.outputs(
            valid_loader,
            lambda batch: brain.compute_forward(batch, None).flatten(0, 1),
        )
        threshold, set_on = threshold_of_equal_errors(
            embeddings, brain.valid_rows, self.corpus
        )
        folder = brain.log.folder
        encoder = WaveformEncoder(
            brain.module("features"), brain.module("encoder")
        )
        export_encoder(
            *(folder / "encoder", encoder, self.window_seconds),
            *(threshold, set_on),
        )
        metrics = {
            "parameters": sum(p.numel() for p in encoder.parameters()),
            "before_whitening": last,
            "validation": voice_figures(embeddings, brain.valid_rows),
            "threshold": threshold,
            "calibration": set_on,
        }
        _write(folder, metrics)
        if brain.real is not None:
            _write(folder, metrics | {"real": brain.real_figures()})
        draw_each(folder, _pictures(brain, embeddings))
        logger.info(
            f"{folder / 'encoder'} is the encoder, metrics.json beside it its "
            "figures"
        )


def _whitening(brain, loader):
    """Of clips drawn anew: the epochs that were trained count from 1."""
    loader.batch_sampler.set_epoch(0)
    return within_voice_whitening(
        brain.outputs(
            loader, lambda batch: brain.compute_forward(batch, Stage.TRAIN)
        )
    )


def _pictures(brain, embeddings):
    """Curves, and the space of as many voices as a legend names."""
    singers = [row["singer"] for row in brain.valid_rows]
    few = set(list(dict.fromkeys(singers))[:MAX_LABELS])
    drawn = [singer for singer in singers if singer in few]
    return {
        "curves": (
            "curves.png",
            lambda path: plot_curves(read_history(brain.log.history), path),
        )
    } | space_pictures(embeddings[: len(drawn)], drawn)


def _write(folder, metrics):
    with atomic_open(folder / "metrics.json") as file:
        json.dump(metrics, file, indent=2)
