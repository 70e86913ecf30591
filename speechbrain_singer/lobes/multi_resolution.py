"""Spectrograms of three windows, as the channels of one image."""

import torch
import torch.nn.functional as F
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.centred_frames import CentredFrames
from speechbrain_singer.lobes.decibels import to_decibels
from speechbrain_singer.lobes.spectrogram import power_spectrogram

_WINDOWS = (2048, 1024, 512)  # samples
_N_FFT = max(_WINDOWS)


class MultiResolutionDecibels(CentredFrames, torch.nn.Module):
    """Spectrograms of windows of 2048, 1024 and 512 samples, in decibels.

    As published (Yamamoto, Nam, Terasawa and Hiraga, "Investigating
    time-frequency representations for audio feature extraction in singing
    technique classification", APSIPA 2021), every 512 samples.

    Arguments
    ---------
    sample_rate : int
        Of the waveforms, in Hz.

    Attributes
    ----------
    min_samples : int
        The shortest clip that the reflection at its ends allows.
    frame_rate, first_frame : float
        As `CentredFrames` has them.

    Example
    -------
    >>> MultiResolutionDecibels()(torch.randn(2, 64000)).shape
    torch.Size([2, 3, 1025, 126])
    """

    hop_length = 512
    min_samples = _N_FFT // 2 + 1

    def __init__(self, sample_rate=44100):
        super().__init__()
        check_whole("sample_rate in Hz", sample_rate, least=1, most=10**6)
        self.sample_rate = sample_rate
        # They follow from the settings, so they stay out of the checkpoint
        self.register_buffer("windows", _windows(), persistent=False)

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wavs):
        """[batch, time] to [batch, 3, 1025, frames]."""
        images = [
            to_decibels(power_spectrogram(wavs, window, self.hop_length).sqrt())
            for window in self.windows
        ]
        return torch.stack(images, dim=1).transpose(2, 3)


def _windows():
    """Hann windows in the middle of zeros: [3, 2048]."""
    return torch.stack(
        [
            F.pad(torch.hann_window(size), 2 * [(_N_FFT - size) // 2])
            for size in _WINDOWS
        ]
    )
