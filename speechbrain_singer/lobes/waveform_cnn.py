"""The 1D CNN that names techniques from the waveform itself."""

import torch

from speechbrain_singer.checks import check_clip_seconds, check_whole

_FILTERS = ((16, 128), (8, 64), (32, 256))  # how many, and of so many samples
_POOL, _STRIDE = 64, 8
_HIDDEN = 32


class WaveformCNN(torch.nn.Module):
    """Embeds chunks of one length, to be named by a `ClassifierHead`.

    As published (Wilkins, Seetharaman, Wahl and Pardo, "VocalSet: a singing
    voice dataset", ISMIR 2018; read in yamathcy/DeformableMIR, where it is
    `RawWaveNet`): three layers of 16, 8 and 32 filters of 128, 64 and 256
    samples, each with batch normalisation, ReLU and max pooling of 64 in steps
    of 8; what is left, 6944 numbers of 3 s at 44.1 kHz, goes through a dense
    layer of 32 with ReLU and dropout of 0.4. It is trained by RMSprop, lr
    1e-4, weight decay 1e-3.

    The chunks are brought to mean 0 and standard deviation 1 first, as theirs
    were when they were cut. Dropout is off outside of training; theirs was on.

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
        If the chunks are too short for the three layers.

    Example
    -------
    >>> network = WaveformCNN()
    >>> network(torch.randn(2, 132300)).shape
    torch.Size([2, 32])
    """

    width = _HIDDEN

    def __init__(self, seconds=3.0, sample_rate=44100):
        super().__init__()
        check_clip_seconds(seconds)
        check_whole("sample_rate in Hz", sample_rate, least=1)
        self.seconds = seconds
        self.sample_rate = sample_rate
        self.min_samples = round(seconds * sample_rate)
        steps = _steps(self.min_samples)
        if steps < 1:
            raise ValueError(
                f"chunks of {seconds} s at {sample_rate} Hz have "
                f"{self.min_samples} samples: too few for three layers"
            )
        self.convolutions = _convolutions()
        self.dense = torch.nn.Sequential(
            torch.nn.Linear(_FILTERS[-1][0] * steps, _HIDDEN),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.4),
        )

    def forward(self, wavs):
        """Embeds chunks.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 32]

        Raises
        ------
        ValueError
            If they have another length than it is built for.
        """
        if wavs.shape[1] != self.min_samples:
            raise ValueError(
                f"chunks of {wavs.shape[1]} samples, but the 1D CNN is built "
                f"for {self.min_samples}: give it those, or set `seconds`"
            )
        mean = wavs.mean(dim=1, keepdim=True)
        deviation = wavs.std(dim=1, keepdim=True, correction=0)
        wavs = (wavs - mean) / deviation.clamp(min=1e-7)
        return self.dense(self.convolutions(wavs.unsqueeze(1)).flatten(1))


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
