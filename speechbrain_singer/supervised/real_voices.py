"""Real recordings that a training listens to, and does not learn from."""

from dataclasses import dataclass

import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.supervised.pretraining import voice_figures

logger = get_logger(__name__)


@dataclass(frozen=True)
class RealVoices:
    """Figures of real recordings, now and then.

    They say how far what is learned of synthesised voices carries. They choose
    no checkpoint.

    Arguments
    ---------
    rows : list of dict
        Of a manifest, with `singer`, `song` and `sex`.
    interval : int
        Epochs from one measurement to the next.
    window_seconds : float
        Of the encoder's windows.
    """

    rows: list
    interval: int
    window_seconds: float

    def __post_init__(self):
        check_whole("real_interval", self.interval, least=1)

    def is_due(self, epoch):
        """Whether it is measured at the end of an epoch."""
        return epoch % self.interval == 0

    def __call__(self, features, network, device):
        """The `voice_figures` of the encoder as it is, as `real_...`.

        What fails, such as files that are gone, is said and left out: the
        training goes on.

        Arguments
        ---------
        features, network : torch.nn.Module
            Of a `WaveformEncoder`.
        device : str or torch.device

        Returns
        -------
        figures : dict
        """
        try:
            figures = self._measure(features, network, device)
        except Exception as error:
            logger.warning(
                "no figures of real recordings: %s", str(error) or repr(error)
            )
            return {}
        return {f"real_{name}": value for name, value in figures.items()}

    @torch.no_grad()
    def _measure(self, features, network, device):
        encoder = SingerEncoder(
            {"encoder": WaveformEncoder(features, network)},
            {"window_seconds": self.window_seconds},
            {"device": str(device)},
            False,  # it goes on learning
        )
        embeddings, rows = embed_recordings(encoder, self.rows, False)
        return voice_figures(embeddings, rows)
