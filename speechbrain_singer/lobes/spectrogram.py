"""What the mel front ends share: settings, power spectrogram, filterbank."""

import torch
import torch.nn.functional as F
import torchaudio

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.real_spectrum import real_power_spectrogram

# Beyond what audio has
_MOST_RATE, _MOST_FFT = 1_000_000, 2**16
_MOST_WEIGHTS = 2**24  # of a filterbank, which are 64 MiB


def check_mel_settings(sample_rate, n_fft, hop_length, n_mels):
    """Refuses settings of a mel spectrogram that make no sense, by name."""
    check_whole("sample_rate in Hz", sample_rate, least=1, most=_MOST_RATE)
    check_whole("n_fft in samples", n_fft, least=2, most=_MOST_FFT)
    check_whole("hop_length in samples", hop_length, least=1)
    bins = n_fft // 2 + 1
    most = min(bins, _MOST_WEIGHTS // bins)
    check_whole("n_mels", n_mels, least=1, most=most)


def slaney_filterbank(sample_rate, n_fft, n_mels):
    """Mel filters from 0 Hz to half the sample rate, as Slaney has them.

    Returns
    -------
    filterbank : torch.Tensor
        [n_fft // 2 + 1, n_mels]

    Example
    -------
    >>> slaney_filterbank(22050, 2048, 96).shape
    torch.Size([1025, 96])
    """
    return torchaudio.functional.melscale_fbanks(
        n_fft // 2 + 1,
        f_min=0.0,
        f_max=sample_rate / 2,
        n_mels=n_mels,
        sample_rate=sample_rate,
        norm="slaney",
        mel_scale="slaney",
    )


def power_spectrogram(wavs, window, hop_length):
    """Power of the short-time Fourier transform, centred, ends reflected.

    Exported programs compute it without complex numbers, which few runtimes
    have.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time], float32, time above half the window.
    window : torch.Tensor
        [n_fft]
    hop_length : int
        In samples.

    Returns
    -------
    power : torch.Tensor
        [batch, 1 + time // hop_length, n_fft // 2 + 1]

    Example
    -------
    >>> wavs, window = torch.ones(1, 20), torch.ones(4)
    >>> power_spectrogram(wavs, window, 10)[0, 1].round()
    tensor([16.,  0.,  0.])
    """
    if torch.compiler.is_exporting():
        half = len(window) // 2
        padded = F.pad(wavs, (half, half), mode="reflect")
        return real_power_spectrogram(padded, window, hop_length, len(window))
    spectrum = torch.stft(
        wavs,
        len(window),
        hop_length,
        window=window,
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )
    # torch.stft lays out its result frame by frame: [batch, frames, bins] is
    # the contiguous view. addcmul: a pass over the memory less, and five
    # times faster than the modulus.
    spectrum = spectrum.transpose(1, 2)
    return spectrum.real.square().addcmul_(spectrum.imag, spectrum.imag)
