"""The CRNN that names singers: convolutions, then two recurrent layers."""

import torch

from speechbrain_singer.checks import check_clip_seconds
from speechbrain_singer.lobes.features import LogMel

_CHANNELS = (64, 128, 128, 128)
_POOLS = ((2, 2), (4, 2), (4, 2), (4, 2))  # bands, frames
_BANDS = 128
_STATES = 32


class CRNN(torch.nn.Module):
    """Embeds chunks of one length, to be named by a `ClassifierHead`.

    As published (Hsieh, Cheng, Fan, Yang and Yang, "Addressing the confounds of
    accompaniments in singer identification", ICASSP 2020; read in their public
    code, bill317996/Singer-identification-in-artist20, where it is
    `CRNN2D_elu`), after Nasrullah and Zhao (IJCNN 2019). A mel spectrogram of
    128 bands, each normalised; four convolutions of 3 x 3 without padding,
    with ELU, batch normalisation, max pooling and dropout of 0.1; two layers
    of 32 gated recurrent units; dropout of 0.3. The states of all steps, one
    after the other, are the embedding: 224 numbers for 5 s.

    Unlike there, decibels are those of the power, down to 80 below the chunk's
    maximum, so that the level does not matter (there they count twice, and
    the level stays in); both layers start from zeros (there from noise, and
    from the last state of the first); and the loss gets logits (there it took
    probabilities for them).

    Arguments
    ---------
    seconds : float
        Length of the chunks.
    sample_rate : int
        Of the waveforms, in Hz.

    Attributes
    ----------
    min_samples : int
        Samples of a chunk.
    width : int
        Of the embeddings.

    Raises
    ------
    ValueError
        If the chunks are too short for four pools.

    Example
    -------
    >>> network = CRNN()
    >>> network(torch.randn(2, 80000)).shape
    torch.Size([2, 224])
    """

    def __init__(self, seconds=5.0, sample_rate=16000):
        super().__init__()
        check_clip_seconds(seconds)
        self.seconds = seconds
        self.sample_rate = sample_rate
        self.features = LogMel(sample_rate, n_mels=_BANDS)
        self.min_samples = round(seconds * sample_rate)
        self.frames = 1 + self.min_samples // self.features.hop_length
        steps = _steps(self.frames)
        if steps < 1:
            raise ValueError(
                f"chunks of {seconds} s at {sample_rate} Hz have {self.frames} "
                "frames: too few for four convolutions and pools"
            )
        self.width = steps * _STATES
        self.band_norm = torch.nn.BatchNorm1d(_BANDS)
        self.convolutions = _convolutions()
        self.recurrent = torch.nn.GRU(
            _CHANNELS[-1], _STATES, num_layers=2, batch_first=True
        )
        self.dropout = torch.nn.Dropout(0.3)

    def forward(self, wavs):
        """Embeds chunks.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, width]

        Raises
        ------
        ValueError
            If they have another number of frames than it is built for.
        """
        features = self.features(wavs)
        if features.shape[2] != self.frames:
            raise ValueError(
                f"chunks of {wavs.shape[1]} samples, but the CRNN is built for "
                f"{self.min_samples}: give it those, or set `seconds`"
            )
        images = self.convolutions(self.band_norm(features).unsqueeze(1))
        states, _ = self.recurrent(images.flatten(1, 2).transpose(1, 2))
        return self.dropout(states).flatten(1)


def _steps(frames):
    """How many are left of so many frames."""
    for _, pool in _POOLS:
        frames = (frames - 2) // pool
    return frames


def _convolutions():
    layers, before, bands = [], 1, _BANDS
    for channels, (high, wide) in zip(_CHANNELS, _POOLS, strict=True):
        bands -= 2
        # One band is left of 128 for the last pool, and PyTorch 1.3, which
        # they had, took the maximum of what there was
        high = min(high, bands)
        layers += [
            torch.nn.Conv2d(before, channels, 3),
            torch.nn.ELU(),
            torch.nn.BatchNorm2d(channels),
            torch.nn.MaxPool2d((high, wide)),
            torch.nn.Dropout2d(0.1),
        ]
        before, bands = channels, bands // high
    return torch.nn.Sequential(*layers)
