"""An encoder as one graph: a window of audio in, its embedding out."""

import copy

import torch
import torch.nn.functional as F

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.scores import COSINE
from speechbrain_singer.inference.shortest import shortest_seconds
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.folding import folded
from speechbrain_singer.lobes.magnitude_mel import LogMagnitudeMel
from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.published.efficientnet import PublishedEfficientNet
from speechbrain_singer.published.features import PublishedLogMel

# Tried with any batch and length; what is not need not work
_FEATURES = (LogMel, LogMagnitudeMel, MelDecibels, PublishedLogMel)
_NETWORKS = (
    *(EfficientNet, PooledEfficientNet, PublishedEfficientNet),
    *(SingerCNN, VoiceResNet),
)


class PortableEncoder(torch.nn.Module):
    """What `SingerEncoder` does to the windows of a recording.

    Each window loses its offset, as `dsp.loudness.offset_of` has it, goes
    through front end and network, and its embedding gets length 1 where
    embeddings are compared by cosine. Batch normalisation is folded into the
    convolutions. Which windows a recording has, and which of them are silent,
    lies outside.

    Arguments
    ---------
    encoder : SingerEncoder

    Attributes
    ----------
    window_samples : int
        Length of the windows of a recording that is longer.
    min_samples : int
        The shortest window, of recordings as short.

    Raises
    ------
    TypeError
        If it is another kind of encoder.
    ValueError
        If a part of it cannot be exported; the message names it.

    Example
    -------
    >>> encoder = SingerEncoder.from_hparams("synthetic")
    >>> PortableEncoder(encoder)(torch.randn(2, 44100)).norm(dim=1).round()
    tensor([1., 1.])
    """

    def __init__(self, encoder):
        super().__init__()
        _check_parts(encoder)
        parts = copy.deepcopy(encoder.mods.encoder).eval()
        rate, longest = encoder.sample_rate, encoder.hparams.window_seconds
        self.window_samples = round(longest * rate)
        self.min_samples = round(shortest_window(encoder) * rate)
        self.is_cosine = encoder.score == COSINE
        # In the plain layout: the other one ties exported programs to a length
        parts = folded(parts).to("cpu", memory_format=torch.contiguous_format)
        self.features = parts.features
        self.network = parts.encoder

    def forward(self, waveform):
        """Embeds windows.

        Arguments
        ---------
        waveform : torch.Tensor
            [batch, time], float32, time at least `min_samples`.

        Returns
        -------
        embedding : torch.Tensor
            [batch, dim]
        """
        weights = _hann(waveform.shape[1])
        offset = waveform @ weights / weights.sum()
        embedding = self.network(self.features(waveform - offset.unsqueeze(1)))
        if self.is_cosine:
            embedding = F.normalize(embedding, dim=1, eps=1e-30)
        return embedding


def shortest_window(encoder):
    """The shortest recording that an exported encoder takes, in seconds.

    `SingerCNN` is exported for whole windows: torch traces its pools for one
    length.
    """
    window_seconds = encoder.hparams.window_seconds
    if isinstance(encoder.mods.encoder.encoder, SingerCNN):
        return window_seconds
    return shortest_seconds(encoder.mods.encoder, window_seconds)


def _hann(samples):
    # torch.hann_window keeps no length that varies
    return 0.5 - 0.5 * torch.cos(
        torch.arange(samples) * (2 * torch.pi / samples)
    )


def _check_parts(encoder):
    if not isinstance(encoder, SingerEncoder):
        raise TypeError(
            f"{type(encoder).__name__}: only encoders that SingerEncoder loads "
            "can be exported, no baseline"
        )
    parts = encoder.mods.encoder
    for part, known in (
        (parts.features, _FEATURES),
        (parts.encoder, _NETWORKS),
    ):
        if type(part) not in known:
            names = ", ".join(own.__name__ for own in known)
            raise ValueError(
                f"{type(part).__name__}, a part of this encoder, cannot be "
                f"exported; what can be in its place: {names}"
            )
