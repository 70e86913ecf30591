"""The log-mel front end of the published singer encoders."""

import math

import torch
import torch.nn.functional as F
import torchaudio
from speechbrain.utils.autocast import fwd_default_precision

_N_FFT = 2048
_HOP = 512


class PublishedLogMel(torch.nn.Module):
    """Log-mel spectrogram as the published encoders take it, quirks included.

    Two quirks of the published code (Torres et al., ISMIR 2023) are part of
    its weights. The filterbank is made for 22,050 Hz and applied to audio at
    44,100 Hz: its 128 bands span 0 Hz to 22,050 Hz, but with the warping of
    half the frequency. And the logarithm is divided by its maximum, log(mel +
    1e-8) / max, so that a gain changes more than the level of the features.
    The published maximum is that of the batch; here it is the clip's own, as
    in a published batch of one.

    For encoders of one's own there is
    :class:`~speechbrain_singer.lobes.features.LogMel`, at a tenth of the time.

    Arguments
    ---------
    normalize_peak : bool
        Whether to bring each clip to a peak of 1 first, as the published
        training and evaluation do when they read one. The published network
        alone does not.

    Example
    -------
    >>> features = PublishedLogMel()
    >>> features(torch.randn(2, 44100)).shape
    torch.Size([2, 128, 87])
    """

    sample_rate = 44100
    hop_length = _HOP
    # The shortest clip that the reflection at its ends allows
    min_samples = _N_FFT // 2 + 1

    def __init__(self, normalize_peak=True):
        super().__init__()
        self.normalize_peak = normalize_peak
        self.stft = _PowerSpectrogram()
        filterbank = torchaudio.functional.melscale_fbanks(
            _N_FFT // 2 + 1,
            f_min=0.0,
            f_max=11025.0,
            n_mels=128,
            sample_rate=22050,
            norm="slaney",
            mel_scale="slaney",
        )
        self.register_buffer("mel_basis", filterbank.T.contiguous())

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wavs):
        """Features of a batch of clips.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time] at 44,100 Hz, time at least `min_samples`.

        Returns
        -------
        features : torch.Tensor
            [batch, 128, 1 + time // 512], float32.
        """
        if self.normalize_peak:
            wavs = wavs / wavs.abs().amax(dim=1, keepdim=True).clamp(min=1e-8)
        power = self.stft(wavs)
        if torch.compiler.is_exporting():
            # A matrix product would tie the program to a batch
            mel = F.conv1d(power, self.mel_basis.unsqueeze(2))
        else:
            mel = torch.matmul(self.mel_basis, power)
        logarithms = torch.log(mel + 1e-8)
        return logarithms / logarithms.amax(dim=(1, 2), keepdim=True)


class _PowerSpectrogram(torch.nn.Module):
    """[batch, time] to [batch, 1025, frames], by convolutions as published.

    An FFT is faster and rounds otherwise: where a clip has bands without any
    sound, the logarithm brings that up to a visible size.
    """

    def __init__(self):
        super().__init__()
        samples = torch.arange(_N_FFT)
        bins = torch.arange(_N_FFT // 2 + 1)
        # The whole cycles are taken out while the numbers are whole
        cycles = torch.outer(bins, samples) % _N_FFT / _N_FFT
        phases = (2 * math.pi * cycles).unsqueeze(1)
        window = torch.hann_window(_N_FFT)
        self.register_buffer("wsin", phases.sin() * window)
        self.register_buffer("wcos", phases.cos() * window)

    def forward(self, wavs):
        margin = (_N_FFT // 2, _N_FFT // 2)
        padded = F.pad(wavs.unsqueeze(1), margin, mode="reflect")
        # TensorFloat-32, which SpeechBrain turns on, has a noise floor that
        # lies above the quiet bands
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            real = F.conv1d(padded, self.wcos, stride=_HOP)
            imaginary = F.conv1d(padded, self.wsin, stride=_HOP)
        return real.square() + imaginary.square()
