"""Hybrid Demucs, with the weights that torchaudio has published.

Défossez, "Hybrid Spectrogram and Waveform Source Separation", 2021 (Demucs v3),
trained on MUSDB18-HQ and 150 songs more: 83.6 million parameters.
"""

import torch
from torch import hub
from torchaudio.pipelines import HDEMUCS_HIGH_MUSDB_PLUS as BUNDLE

_FILE = "models/hdemucs_high_trained.pt"


class HybridDemucs(torch.nn.Module):
    """Separates drums, bass, vocals and all other.

    Arguments
    ---------
    model : torchaudio.models.HDemucs, optional
        The network; the published one if left out, which `fetch` brings.

    Example
    -------
    >>> from torchaudio.models import HDemucs
    >>> model = HDemucs(sources=["other", "vocals"], channels=4, depth=5)
    >>> separator = HybridDemucs(model)
    >>> separator.stems
    ['other', 'vocals']
    >>> separator(torch.zeros(1, 2, 8000)).shape
    torch.Size([1, 2, 2, 8000])
    """

    normalised = True
    sample_rate = BUNDLE.sample_rate

    def __init__(self, model=None):
        super().__init__()
        self.model = model

    def fetch(self):
        """Loads the published weights, from the network the first time.

        Raises
        ------
        OSError
            If they cannot be fetched; the message says what to do then.
        """
        if self.model is not None:
            return
        try:
            self.model = BUNDLE.get_model()
        except OSError as error:
            raise OSError(
                f"the weights of Hybrid Demucs cannot be fetched ({error}): "
                f"bring https://download.pytorch.org/torchaudio/{_FILE} from "
                f"elsewhere and put it at {hub.get_dir()}/torchaudio/{_FILE}"
            ) from error

    @property
    def stems(self):
        """Names of what is separated, in the model's order."""
        return list(self.model.sources)

    def forward(self, mixture):
        """Separates mixtures.

        Arguments
        ---------
        mixture : torch.Tensor
            [batch, 2, time].

        Returns
        -------
        stems : torch.Tensor
            [batch, stems, 2, time].
        """
        return self.model(mixture)
