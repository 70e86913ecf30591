"""The log-mel front end of the encoders."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_number
from speechbrain_singer.lobes.centred_frames import CentredFrames
from speechbrain_singer.lobes.spectrogram import (
    check_mel_settings,
    power_spectrogram,
    slaney_filterbank,
)


class LogMel(CentredFrames, torch.nn.Module):
    """Log-mel spectrogram of each clip, relative to the clip's own maximum.

    The filterbank has Slaney's scale and normalisation, and the power
    spectrogram is centred with reflection, as published (Torres et al.,
    ISMIR 2023). The level is taken out per clip: 0 dB is the loudest
    time-frequency bin of the clip, what lies `top_db` below is cut, and the
    rest is scaled to [-1, 1]. So a clip's features depend neither on its gain
    nor on what else is in the batch, and silence gives finite values.

    Arguments
    ---------
    sample_rate : int
        In Hz.
    n_fft : int
        Length of window (Hann) and FFT, in samples.
    hop_length : int
        In samples.
    n_mels : int
        Number of mel bands between 0 Hz and half the sample rate.
    top_db : float
        Dynamic range in dB.

    Example
    -------
    >>> features = LogMel()
    >>> wavs = torch.randn(2, 44100)
    >>> features(wavs).shape
    torch.Size([2, 128, 87])
    >>> torch.allclose(features(wavs), features(0.1 * wavs), atol=1e-4)
    True
    """

    def __init__(
        self,
        sample_rate=44100,
        n_fft=2048,
        hop_length=512,
        n_mels=128,
        top_db=80.0,
    ):
        super().__init__()
        check_mel_settings(sample_rate, n_fft, hop_length, n_mels)
        check_number("top_db", top_db, least=0, above=True)
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.n_mels = n_mels
        self.top_db = top_db
        # Both follow from the settings, so they stay out of the checkpoint
        self.register_buffer(
            "filterbank",
            slaney_filterbank(sample_rate, n_fft, n_mels),
            persistent=False,
        )
        self.register_buffer(
            "window", torch.hann_window(n_fft), persistent=False
        )

    @property
    def min_samples(self):
        """The shortest clip that the reflection at its ends allows."""
        return self.n_fft // 2 + 1

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wavs):
        """Features of a batch of clips.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time], time at least `min_samples`.

        Returns
        -------
        features : torch.Tensor
            [batch, n_mels, 1 + time // hop_length], float32 in [-1, 1].
        """
        return self.scale(self.decibels(wavs))

    @fwd_default_precision(cast_inputs=torch.float32)
    def decibels(self, wavs):
        """Decibels that can be kept: [batch, time] to [batch, n_mels, frames].

        They are those of clips with a peak of 1.
        """
        # To the peak first: the floor under the logarithm is an absolute one
        peaks = wavs.abs().amax(dim=1, keepdim=True).clamp(min=1e-8)
        return 10 * self.mel(wavs / peaks).clamp(min=1e-10).log10()

    @fwd_default_precision(cast_inputs=torch.float32)
    def scale(self, decibels):
        """Features of decibels, or of what was cut of them.

        Arguments
        ---------
        decibels : torch.Tensor
            [batch, n_mels, frames], of any level.

        Returns
        -------
        features : torch.Tensor
            [batch, n_mels, frames], float32 in [-1, 1].
        """
        decibels = decibels - decibels.amax(dim=(1, 2), keepdim=True)
        return (1 + decibels / (self.top_db / 2)).clamp(min=-1)

    @fwd_default_precision(cast_inputs=torch.float32)
    def mel(self, wavs):
        """Mel power spectrogram: [batch, time] to [batch, n_mels, frames]."""
        power = power_spectrogram(wavs, self.window, self.hop_length)
        return torch.matmul(power, self.filterbank).transpose(1, 2)
