"""The CNN of oblong kernels that names techniques."""

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.decibels import to_decibels
from speechbrain_singer.lobes.spectrogram import power_spectrogram

_WINDOWS = (2048, 1024, 512)  # samples
_N_FFT = max(_WINDOWS)
_HOP = 512
_CHANNELS = (32, 64, 128, 256)
# Two along frequency, for the timbre, then two along time, for its movement
_KERNELS = ((4, 1), (16, 1), (1, 6), (1, 16))
_HIDDEN = 50
# With fewer, the last kernel has no room after three pools
_MIN_FRAMES = 126


class OblongCNN(torch.nn.Module):
    """Embeds chunks, to be named by a `ClassifierHead`.

    As published (Yamamoto, Nam, Terasawa and Hiraga, "Investigating
    time-frequency representations for audio feature extraction in singing
    technique classification", APSIPA 2021; read in the model and the last
    commands of yamathcy/DeformableMIR). Spectrograms of three windows, of
    2048, 1024 and 512 samples, are the channels of one image, in decibels;
    four convolutions with padding of 1, instance normalisation, ReLU and 2 x 2
    max pooling; the mean over the image; and a dense layer of 50 with
    normalisation, ReLU and dropout of 0.5.

    Arguments
    ---------
    sample_rate : int
        Of the waveforms, in Hz.

    Attributes
    ----------
    min_samples : int
        The shortest chunk that it takes.
    width : int
        Of the embeddings.

    Example
    -------
    >>> network = OblongCNN()
    >>> network(torch.randn(1, 64000)).shape
    torch.Size([1, 50])
    """

    width = _HIDDEN
    min_samples = (_MIN_FRAMES - 1) * _HOP

    def __init__(self, sample_rate=44100):
        super().__init__()
        check_whole("sample_rate in Hz", sample_rate, least=1)
        self.sample_rate = sample_rate
        # They follow from the settings, so they stay out of the checkpoint
        self.register_buffer("windows", _windows(), persistent=False)
        self.convolutions = _convolutions()
        self.dense = torch.nn.Sequential(
            torch.nn.Linear(_CHANNELS[-1], _HIDDEN),
            torch.nn.LayerNorm(_HIDDEN, elementwise_affine=False),
            torch.nn.ReLU(),
            torch.nn.Dropout(0.5),
        )

    @fwd_default_precision(cast_inputs=torch.float32)
    def spectrograms(self, wavs):
        """Decibels: [batch, time] to [batch, 3, 1025, frames]."""
        images = [
            to_decibels(power_spectrogram(wavs, window, _HOP).sqrt())
            for window in self.windows
        ]
        return torch.stack(images, dim=1).transpose(2, 3)

    def forward(self, wavs):
        """Embeds chunks.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time], time at least `min_samples`.

        Returns
        -------
        embeddings : torch.Tensor
            [batch, 50]

        Raises
        ------
        ValueError
            If they are too short.
        """
        if wavs.shape[1] < self.min_samples:
            raise ValueError(
                f"a chunk of {wavs.shape[1]} samples is too short for the "
                f"oblong CNN, which needs {self.min_samples}"
            )
        images = self.convolutions(self.spectrograms(wavs))
        return self.dense(images.mean(dim=(2, 3)))


def _windows():
    """Hann windows in the middle of zeros: [3, 2048]."""
    return torch.stack(
        [
            F.pad(torch.hann_window(size), 2 * [(_N_FFT - size) // 2])
            for size in _WINDOWS
        ]
    )


def _convolutions():
    layers, before = [], len(_WINDOWS)
    for channels, kernel in zip(_CHANNELS, _KERNELS, strict=True):
        layers += [
            torch.nn.Conv2d(before, channels, kernel, padding=1),
            torch.nn.InstanceNorm2d(channels),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
        ]
        before = channels
    return torch.nn.Sequential(*layers)
