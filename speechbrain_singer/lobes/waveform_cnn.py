"""The 1D CNN that names techniques from the waveform itself."""

import torch

from speechbrain_singer.checks import check_whole

_FILTERS = ((16, 128), (8, 64), (32, 256))  # how many, and of so many samples
_POOL, _STRIDE = 64, 8
_HIDDEN = 32
_MOST_SAMPLES = 2**22


class WaveformCNN(torch.nn.Module):
    """Embeds chunks of one length, to be named by a `ClassifierHead`.

    As published (Wilkins, Seetharaman, Wahl and Pardo, "VocalSet: a singing
    voice dataset", ISMIR 2018; read in yamathcy/DeformableMIR, where it is
    `RawWaveNet`): three layers of 16, 8 and 32 filters of 128, 64 and 256
    samples, each with batch normalisation, ReLU and max pooling of 64 in steps
    of 8; what is left, 6944 numbers of 3 s at 44.1 kHz, goes through a dense
    layer of 32 with ReLU and dropout of 0.4. It is trained by RMSprop, lr
    1e-4, weight decay 1e-3.

    A `Waveform` brings the chunks to mean 0 and standard deviation 1 first, as
    theirs were when they were cut. Dropout is off outside of training; theirs
    was on.

    Arguments
    ---------
    samples : int
        Of the chunks.

    Attributes
    ----------
    embedding_dim : int
    min_frames, max_frames : int
        The samples: it takes no other number of them.

    Raises
    ------
    ValueError
        If the samples are too few for the three layers.

    Example
    -------
    >>> WaveformCNN()(torch.randn(2, 1, 132300)).shape
    torch.Size([2, 32])
    """

    embedding_dim = _HIDDEN

    def __init__(self, samples=132300):
        super().__init__()
        check_whole("samples", samples, least=1, most=_MOST_SAMPLES)
        self.samples = self.min_frames = self.max_frames = samples
        steps = _steps(samples)
        if steps < 1:
            raise ValueError(f"samples: {samples}: too few for three layers")
        self.convolutions = _convolutions()
        self.dense = torch.nn.Sequential(
            torch.nn.Linear(_FILTERS[-1][0] * steps, _HIDDEN),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.4),
        )

    def forward(self, waveforms):
        """Embeds chunks.

        Arguments
        ---------
        waveforms : torch.Tensor
            [batch, 1, time]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 32]

        Raises
        ------
        ValueError
            If they have another length than it is built for.
        """
        if waveforms.shape[2] != self.samples:
            raise ValueError(
                f"chunks of {waveforms.shape[2]} samples, but the 1D CNN is "
                f"built for {self.samples}: give it those, or set `samples`"
            )
        return self.dense(self.convolutions(waveforms).flatten(1))


def _steps(samples):
    """How many are left of so many samples; below 1 if there are too few."""
    for _, size in _FILTERS:
        samples = (samples - size + 1 - _POOL) // _STRIDE + 1
    return samples


def _convolutions():
    layers, before = [], 1
    for count, size in _FILTERS:
        layers += [
            torch.nn.Conv1d(before, count, size),
            torch.nn.BatchNorm1d(count),
            torch.nn.ReLU(),
            torch.nn.MaxPool1d(_POOL, _STRIDE),
        ]
        before = count
    return torch.nn.Sequential(*layers)
