"""The log-mel front end of voices in mixtures: short clips at 16 kHz."""

import math

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import (
    check_frequencies,
    check_number,
    check_whole,
)
from speechbrain_singer.lobes.real_spectrum import real_power_spectrogram
from speechbrain_singer.lobes.spectrogram import check_mel_settings

_LEAST, _MOST = 1e-5, 1e8  # between which the magnitudes are cut
_SLICE_SECONDS = 5.0  # that had a length of 1 where it was published


class LogMagnitudeMel(torch.nn.Module):
    """Natural logarithm of a mel spectrogram of magnitudes.

    As published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025, in the code;
    after Saeed et al., "COLA", ICASSP 2021): Hann windows of 25 ms every 10
    ms, the first one beginning where the clip does; triangles on the HTK
    scale, straight on that scale, as TensorFlow has them, and not normalised.

    The level is taken out per clip: its mean square is set to what it is of
    published slices, 5 s of length 1. (There, parts of a slice keep their
    levels.) Silence stays silence.

    Arguments
    ---------
    sample_rate : int
        In Hz.
    win_length, hop_length, n_fft : int
        In samples.
    n_mels : int
    f_min, f_max : float
        Where the lowest triangle begins and the highest one ends, in Hz.

    Raises
    ------
    ValueError
        If a setting makes no sense; the message names it.

    Example
    -------
    >>> features = LogMagnitudeMel()
    >>> features(torch.randn(2, 16000)).shape
    torch.Size([2, 64, 98])
    """

    def __init__(
        self,
        sample_rate=16000,
        win_length=400,
        hop_length=160,
        n_fft=1024,
        n_mels=64,
        f_min=60.0,
        f_max=7800.0,
    ):
        super().__init__()
        check_mel_settings(sample_rate, n_fft, hop_length, n_mels)
        check_whole("win_length in samples", win_length, least=2, most=n_fft)
        check_number("f_max in Hz", f_max, least=0, above=True)
        check_frequencies("f_min and f_max", f_min, f_max, sample_rate)
        self.sample_rate = sample_rate
        self.win_length = win_length
        self.hop_length = hop_length
        self.n_fft = n_fft
        self.n_mels = n_mels
        self.f_min = f_min
        self.f_max = f_max
        # Both follow from the settings, so they stay out of the checkpoint
        self.register_buffer("window", torch.hann_window(win_length), False)
        self.register_buffer("filterbank", self._filterbank(), False)

    @property
    def min_samples(self):
        """The shortest clip: one window."""
        return self.win_length

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
            [batch, n_mels, 1 + (time - win_length) // hop_length], float32.
        """
        power = wavs.square().mean(dim=1, keepdim=True)
        wanted = 1 / (_SLICE_SECONDS * self.sample_rate)
        # Of silence the factor is large, but finite, and there is nothing
        wavs = wavs * (wanted / power.clamp(min=1e-16)).sqrt()
        mel = self._magnitudes(wavs) @ self.filterbank
        return mel.clamp(_LEAST, _MOST).log().transpose(1, 2)

    def _magnitudes(self, wavs):
        """[batch, frames, n_fft // 2 + 1]"""
        if torch.compiler.is_exporting():
            sizes = self.hop_length, self.n_fft
            return real_power_spectrogram(wavs, self.window, *sizes).sqrt()
        frames = wavs.unfold(1, self.win_length, self.hop_length)
        return torch.fft.rfft(frames * self.window, n=self.n_fft).abs()

    def _filterbank(self):
        """[n_fft // 2 + 1, n_mels]; nothing of what is constant."""
        bins = torch.linspace(
            0, self.sample_rate / 2, self.n_fft // 2 + 1, dtype=torch.float64
        )
        scale = _mel(bins).unsqueeze(1)
        limits = _mel(torch.tensor([self.f_min, self.f_max]).double())
        edges = torch.linspace(
            *limits.tolist(), self.n_mels + 2, dtype=torch.float64
        )
        step = edges[1] - edges[0]
        rising = (scale - edges[:-2]) / step
        falling = (edges[2:] - scale) / step
        triangles = torch.minimum(rising, falling).clamp(min=0)
        triangles[0] = 0
        return triangles.float()


def _mel(hertz):
    """On the HTK scale, 2595 log10(1 + f / 700)."""
    return 2595 / math.log(10) * torch.log1p(hertz / 700)
