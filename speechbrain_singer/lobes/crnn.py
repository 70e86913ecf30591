"""The CRNN that names singers: convolutions, then two recurrent layers."""

import torch

from speechbrain_singer.checks import check_whole

_CHANNELS = (64, 128, 128, 128)
_POOLS = ((2, 2), (4, 2), (4, 2), (4, 2))  # bands, frames
_BANDS = 128
_STATES = 32
_MOST_FRAMES = 2**16


class CRNN(torch.nn.Module):
    """Embeds spectrograms of one length, to be named by a `ClassifierHead`.

    As published (Hsieh, Cheng, Fan, Yang and Yang, "Addressing the confounds of
    accompaniments in singer identification", ICASSP 2020; read in their public
    code, bill317996/Singer-identification-in-artist20, where it is
    `CRNN2D_elu`), after Nasrullah and Zhao (IJCNN 2019). A mel spectrogram of
    128 bands, each normalised; four convolutions of 3 x 3 without padding,
    with ELU, batch normalisation, max pooling and dropout of 0.1; two layers
    of 32 gated recurrent units; dropout of 0.3. The states of all steps, one
    after the other, are the embedding: 224 numbers for the 157 frames of 5 s
    at 16 kHz.

    Unlike there, the spectrogram is a `LogMel`: decibels are those of the
    power, down to 80 below the chunk's maximum, so that the level does not
    matter (there they count twice, and the level stays in); both layers start
    from zeros (there from noise, and from the last state of the first); and
    the loss gets logits (there it took probabilities for them).

    Arguments
    ---------
    frames : int
        Of the spectrograms: 1 + samples // hop_length.

    Attributes
    ----------
    embedding_dim : int
    min_frames, max_frames : int
        The same: it takes no other number of frames.

    Raises
    ------
    ValueError
        If the frames are too few for four pools.

    Example
    -------
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> features = LogMel(sample_rate=16000)
    >>> CRNN()(features(torch.randn(2, 80000))).shape
    torch.Size([2, 224])
    """

    def __init__(self, frames=157):
        super().__init__()
        check_whole("frames", frames, least=1, most=_MOST_FRAMES)
        self.frames = self.min_frames = self.max_frames = frames
        steps = _steps(frames)
        if steps < 1:
            raise ValueError(
                f"frames: {frames}: too few for four convolutions and pools"
            )
        self.embedding_dim = steps * _STATES
        self.band_norm = torch.nn.BatchNorm1d(_BANDS)
        self.convolutions = _convolutions()
        self.recurrent = torch.nn.GRU(
            _CHANNELS[-1], _STATES, num_layers=2, batch_first=True
        )
        self.dropout = torch.nn.Dropout(0.3)

    def forward(self, features):
        """Embeds chunks.

        Arguments
        ---------
        features : torch.Tensor
            [batch, 128, frames]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, embedding_dim]

        Raises
        ------
        ValueError
            If they have another number of frames than it is built for.
        """
        if features.shape[2] != self.frames:
            raise ValueError(
                f"chunks of {features.shape[2]} frames, but the CRNN is built "
                f"for {self.frames}: give it those, or set `frames`"
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
