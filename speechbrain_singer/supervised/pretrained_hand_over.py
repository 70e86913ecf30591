"""From the end of a pretraining to a folder to use, figures and curves."""

import json
from dataclasses import dataclass

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

logger = get_logger(__name__)


@dataclass(frozen=True)
class PretrainedHandOver:
    """Exports the encoder of the last checkpoint.

    Beside the run's log come `encoder/`, which `SingerEncoder.from_hparams`
    loads, with the threshold of equal errors of the validation voices;
    `metrics.json`; and `curves.png`.

    Arguments
    ---------
    window_seconds : float
        Of the encoder's windows.
    corpus : str
        What the threshold is set on, for those who read it.
    """

    window_seconds: float
    corpus: str

    def __call__(self, brain, valid_loader):
        """Hands a run over.

        Arguments
        ---------
        brain : PretrainingBrain
            After `fit`.
        valid_loader : torch.utils.data.DataLoader
            Of `WholeVoices`.
        """
        last = brain.recover_best()
        self._hand_over(brain, last, valid_loader)

    @main_process_only
    def _hand_over(self, brain, last, valid_loader):
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
            "validation": last,
            "threshold": threshold,
            "calibration": set_on,
        }
        _write(folder, metrics)
        if brain.real is not None:
            _write(folder, metrics | {"real": brain.real_figures()})
        draw_each(
            folder,
            {
                "curves": (
                    "curves.png",
                    lambda path: plot_curves(
                        read_history(brain.log.history), path
                    ),
                )
            },
        )
        logger.info(
            f"{folder / 'encoder'} is the encoder, metrics.json beside it its "
            "figures"
        )


def _write(folder, metrics):
    with atomic_open(folder / "metrics.json") as file:
        json.dump(metrics, file, indent=2)
