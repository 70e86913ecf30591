"""The log-mel front end of the encoders."""

import torch
import torchaudio
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_number, check_range, check_whole

# Beyond what audio has, and of which the filterbank still fits into memory
_MOST_RATE, _MOST_FFT = 1_000_000, 2**16


class LogMel(torch.nn.Module):
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
        check_whole("sample_rate in Hz", sample_rate, least=1)
        check_whole("n_fft in samples", n_fft, least=2)
        check_whole("hop_length in samples", hop_length, least=1)
        check_whole("n_mels", n_mels, least=1)
        check_number("top_db", top_db, least=0, above=True)
        for name, value, most in (
            ("sample_rate in Hz", sample_rate, _MOST_RATE),
            ("n_fft in samples", n_fft, _MOST_FFT),
            ("n_mels", n_mels, n_fft // 2 + 1),
        ):
            check_range(name, value, value, most=most)
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.n_mels = n_mels
        self.top_db = top_db
        filterbank = torchaudio.functional.melscale_fbanks(
            n_fft // 2 + 1,
            f_min=0.0,
            f_max=sample_rate / 2,
            n_mels=n_mels,
            sample_rate=sample_rate,
            norm="slaney",
            mel_scale="slaney",
        )
        # Both follow from the settings, so they stay out of the checkpoint
        self.register_buffer("filterbank", filterbank, persistent=False)
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
        # To the peak first: the floor under the logarithm is an absolute one
        peaks = wavs.abs().amax(dim=1, keepdim=True).clamp(min=1e-8)
        decibels = 10 * self.mel(wavs / peaks).clamp(min=1e-10).log10()
        decibels = decibels - decibels.amax(dim=(1, 2), keepdim=True)
        return (1 + decibels / (self.top_db / 2)).clamp(min=-1)

    @fwd_default_precision(cast_inputs=torch.float32)
    def mel(self, wavs):
        """Mel power spectrogram: [batch, time] to [batch, n_mels, frames]."""
        spectrum = torch.stft(
            wavs,
            self.n_fft,
            self.hop_length,
            window=self.window,
            center=True,
            pad_mode="reflect",
            return_complex=True,
        )
        # torch.stft lays out its result frame by frame: [batch, frames, bins]
        # is the contiguous view. addcmul: a pass over the memory less, and
        # five times faster than the modulus.
        spectrum = spectrum.transpose(1, 2)
        power = spectrum.real.square().addcmul_(spectrum.imag, spectrum.imag)
        return torch.matmul(power, self.filterbank).transpose(1, 2)
