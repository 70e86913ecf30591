"""Spectrograms in decibels that are kept, and cut into windows."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_number
from speechbrain_singer.lobes.centred_frames import CentredFrames
from speechbrain_singer.lobes.spectrogram import (
    check_mel_settings,
    power_spectrogram,
    slaney_filterbank,
)

# -160 dB: far below the noise of 16 bits, and within float16
_FLOOR = 1e-8


class DecibelSpectrogram(CentredFrames, torch.nn.Module):
    """Base class of front ends in two steps: decibels, and those of a window.

    The first step, `decibels`, takes the time and can be kept. The second,
    `relative`, takes the level out of each window that is cut of them: what
    lies `top_db` below the maximum of the window is 0. So the features of a
    window depend on nothing else, in training as in inference. (Published is
    the maximum of the recording, or so it seems; it is not said.)

    Attributes
    ----------
    sample_rate : int
        In Hz.
    hop_length : int
        In samples.
    top_db : float
    bands : int
        Of the spectrogram.
    min_samples : int
        The shortest audio that it takes.
    frame_rate, first_frame : float
        As `CentredFrames` has them.
    """

    def decibels(self, wavs):
        """Absolute decibels: [batch, time] to [batch, bands, frames].

        Frames are 1 + time // hop_length, values -160 at least.
        """
        raise NotImplementedError

    @fwd_default_precision(cast_inputs=torch.float32)
    def relative(self, decibels):
        """Features of windows that are cut of kept decibels.

        Arguments
        ---------
        decibels : torch.Tensor
            [batch, frames, bands], as they are kept, of any float type.

        Returns
        -------
        features : torch.Tensor
            [batch, bands, frames], float32, from 0 to `top_db`.
        """
        decibels = decibels.float()
        floor = decibels.amax(dim=(1, 2), keepdim=True) - self.top_db
        return (decibels - floor).clamp_(min=0).transpose(1, 2)

    def forward(self, wavs):
        """Features of windows: [batch, time] to [batch, bands, frames]."""
        return self.relative(self.decibels(wavs).transpose(1, 2))


class MelDecibels(DecibelSpectrogram):
    """Mel spectrogram in decibels, as published (the DAMP paper).

    The mel filters, of Slaney's scale and norm, weigh the magnitude of the
    Fourier transform, and their output is squared: 20 log10 of it.

    Arguments
    ---------
    sample_rate : int
        In Hz.
    n_fft : int
        Length of window (Hann) and FFT, in samples.
    hop_length : int
        In samples.
    n_mels : int
        Number of bands between 0 Hz and half the sample rate.
    top_db : float
        Range of the features in dB.

    Example
    -------
    >>> features = MelDecibels()
    >>> window = torch.randn(1, 255 * 512)
    >>> features(window).shape, features(window).max()
    (torch.Size([1, 96, 256]), tensor(60.))
    >>> kept = features.decibels(window).transpose(1, 2).half()
    >>> torch.allclose(features.relative(kept), features(window), atol=0.1)
    True
    """

    def __init__(
        self,
        sample_rate=22050,
        n_fft=2048,
        hop_length=512,
        n_mels=96,
        top_db=60.0,
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
    def bands(self):
        """Of the spectrogram."""
        return self.n_mels

    @property
    def min_samples(self):
        """The shortest audio that the reflection at its ends allows."""
        return self.n_fft // 2 + 1

    @fwd_default_precision(cast_inputs=torch.float32)
    def decibels(self, wavs):
        """Absolute decibels: [batch, time] to [batch, bands, frames]."""
        power = power_spectrogram(wavs, self.window, self.hop_length)
        return to_decibels(power.sqrt() @ self.filterbank).transpose(1, 2)


def to_decibels(magnitude):
    """20 log10, and -160 of whatever is smaller."""
    return 20 * magnitude.clamp(min=_FLOOR).log10()
