"""Waveforms in, embeddings out: features and an encoder in one module."""

import torch

from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.lengths import encode_by_length, without_padding


class WaveformEncoder(torch.nn.Module):
    """Features and encoder, blind to padding.

    A clip's embedding is the same alone, in any batch and with any padding.

    Arguments
    ---------
    features : torch.nn.Module
        Of the waveforms, [batch, time], with `sample_rate` and `min_samples`:
        a spectrogram, [batch, bands, frames], or a `LayeredFrontEnd`, [batch,
        frames, layers, width].
    encoder : torch.nn.Module
        Of such features to [batch, embedding_dim]; or to [batch, frames,
        embedding_dim] where each frame matters, as for notes.
    chunk_size : int, optional
        Larger batches are encoded `in_chunks` of so many clips. All at once
        if left out.

    Example
    -------
    >>> from speechbrain_singer.lobes.efficientnet import EfficientNet
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> model = WaveformEncoder(LogMel(), EfficientNet()).eval()
    >>> wavs = torch.randn(2, 22050)
    >>> model(wavs, torch.tensor([1.0, 0.5])).shape
    torch.Size([2, 1000])
    """

    def __init__(self, features, encoder, chunk_size=None):
        super().__init__()
        if chunk_size is not None and chunk_size < 2:
            raise ValueError(
                f"chunk_size is {chunk_size}: batch normalisation needs at "
                "least 2 clips"
            )
        self.features = features
        self.encoder = encoder
        self.chunk_size = chunk_size

    @property
    def sample_rate(self):
        """Of the waveforms, in Hz."""
        return self.features.sample_rate

    @property
    def embedding_dim(self):
        """Dimension of the embeddings."""
        return self.encoder.embedding_dim

    def forward(self, wavs, wav_lens=None):
        """Embeds a batch of waveforms.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]
        wav_lens : torch.Tensor, optional
            [batch], relative to the longest, in (0, 1]. All of it if left
            out.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, embedding_dim], or [batch, frames, embedding_dim]. Of each
            frame only for clips of one length.

        Raises
        ------
        ValueError
            If a clip is too short for the front end, or `wav_lens` has not
            one length in (0, 1] for each.
        """
        if wav_lens is None:
            return self._encode(wavs)
        return encode_by_length(self._encode, without_padding(wavs, wav_lens))

    def _encode(self, wavs):
        if wavs.shape[1] < self.features.min_samples:
            raise ValueError(
                f"a clip of {wavs.shape[1]} samples is too short to encode: "
                f"the front end needs {self.features.min_samples}"
            )
        if self.chunk_size is None or len(wavs) <= self.chunk_size:
            return self._embed(wavs)
        return in_chunks(self._embed, self, wavs, self.chunk_size)

    def _embed(self, wavs):
        return self.encoder(self.features(wavs))
