"""Coloured noise at a signal-to-noise ratio."""

from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import uniform, white_spectrum
from speechbrain_singer.augment.levels import add_at_snr
from speechbrain_singer.checks import check_range, check_whole
from speechbrain_singer.dsp.spectra import fast_length, frequencies

# Below this nothing is heard, and steep noise would have most of its power
LOWEST_HZ = 20.0


@dataclass(frozen=True)
class ColouredNoise:
    """Adds Gaussian noise with a power spectrum of 1 / f^exponent.

    The noise is shaped in the frequency domain (Timmer and Koenig, "On
    generating power law noise", Astronomy and Astrophysics 300, 1995), and has
    nothing below 20 Hz. Silent clips stay silent.

    Arguments
    ---------
    min_snr_db, max_snr_db : float
        Range of the signal-to-noise ratio in dB: the clip's power by that of
        the noise.
    min_exponent, max_exponent : float
        Range of the exponent: 0 is white, 1 pink, 2 brown, -1 blue.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If a minimum is above its maximum, or the sample rate no whole number
        above 0.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> noise = ColouredNoise(min_snr_db=20.0, max_snr_db=20.0)
    >>> wavs = torch.ones(2, 44100)
    >>> parameters = noise.draw(wavs, Streams([1, 2]))
    >>> added = noise.apply(wavs, parameters) - wavs
    >>> added.square().mean(dim=1)
    tensor([0.0100, 0.0100])
    """

    min_snr_db: float = 5.0
    max_snr_db: float = 40.0
    min_exponent: float = 0.0
    max_exponent: float = 2.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_whole("sample rate in Hz", self.sample_rate, least=1)
        check_range("SNR in dB", self.min_snr_db, self.max_snr_db)
        check_range("exponent", self.min_exponent, self.max_exponent)

    def draw(self, wavs, streams):
        """SNR in dB, exponent, and the noise itself at some level."""
        snr_db = uniform(wavs, streams, self.min_snr_db, self.max_snr_db)
        exponent = uniform(wavs, streams, self.min_exponent, self.max_exponent)
        samples = fast_length(wavs.shape[1])
        hertz = frequencies(samples, self.sample_rate, wavs)
        shape = (hertz / LOWEST_HZ).clamp(min=1) ** (-exponent / 2)
        shape = shape * (hertz >= LOWEST_HZ)
        spectrum = white_spectrum(wavs, streams, samples) * shape
        noise = torch.fft.irfft(spectrum, samples)[:, : wavs.shape[1]]
        return {"snr_db": snr_db, "exponent": exponent, "noise": noise}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        return add_at_snr(wavs, parameters["noise"], parameters["snr_db"])
