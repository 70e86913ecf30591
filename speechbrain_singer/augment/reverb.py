"""Reverberation by synthetic impulse responses."""

import math
from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import (
    log_uniform,
    uniform,
    white_spectrum,
)
from speechbrain_singer.augment.levels import TINY, at_level_of
from speechbrain_singer.checks import check_range, check_whole
from speechbrain_singer.dsp.spectra import (
    convolve,
    fast_length,
    frequencies,
)

# Below it walls absorb the sound, above it the air does too
CROSSOVER_HZ = 4000.0


@dataclass(frozen=True)
class Reverb:
    """Places the singer in a room: decaying noise follows the direct sound.

    The impulse response is Polack's model of a diffuse room: 1 at time 0 and,
    after a pre-delay, Gaussian noise that falls by 60 dB within the
    reverberation time, above 4 kHz sooner. The clip keeps its length and its
    level, and nothing is delayed.

    Arguments
    ---------
    min_rt60, max_rt60 : float
        Range of the reverberation time below 4 kHz, in s; log-uniform.
    min_high_ratio, max_high_ratio : float
        Range of the reverberation time above 4 kHz, as a share of that below.
    min_pre_delay, max_pre_delay : float
        Range of the time from direct sound to reverberation, in s.
    min_drr_db, max_drr_db : float
        Range of the direct-to-reverberant ratio of energies, in dB.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If a minimum is above its maximum, a reverberation time not above 0, a
        ratio not within 0.01 and 1, a pre-delay below 0, or the sample rate no
        whole number above 0.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> wavs = torch.zeros(1, 22050)
    >>> wavs[0, 0] = 1.0
    >>> reverb = Reverb(min_pre_delay=0.01)
    >>> parameters = reverb.draw(wavs, Streams([1]))
    >>> wet = reverb.apply(wavs, parameters)
    >>> bool(wet[0, 0] > 0.7), bool(wet[0, 1:441].abs().max() < 1e-6)
    (True, True)
    """

    min_rt60: float = 0.2
    max_rt60: float = 1.2
    min_high_ratio: float = 0.4
    max_high_ratio: float = 1.0
    min_pre_delay: float = 0.0
    max_pre_delay: float = 0.02
    min_drr_db: float = 0.0
    max_drr_db: float = 20.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_whole("sample rate in Hz", self.sample_rate, least=1)
        check_range("RT60 in s", self.min_rt60, self.max_rt60, least=0.001)
        check_range(
            "ratio of RT60 above 4 kHz",
            self.min_high_ratio,
            self.max_high_ratio,
            0.01,
            1,
        )
        check_range(
            "pre-delay in s", self.min_pre_delay, self.max_pre_delay, least=0
        )
        check_range(
            "direct-to-reverberant ratio in dB",
            self.min_drr_db,
            self.max_drr_db,
        )

    def draw(self, wavs, streams):
        """What was drawn, in s and dB, and the response, [batch, time]."""
        parameters = {
            "rt60": log_uniform(wavs, streams, self.min_rt60, self.max_rt60),
            "high_ratio": uniform(
                wavs, streams, self.min_high_ratio, self.max_high_ratio
            ),
            "pre_delay": uniform(
                wavs, streams, self.min_pre_delay, self.max_pre_delay
            ),
            "drr_db": uniform(wavs, streams, self.min_drr_db, self.max_drr_db),
        }
        seconds = self.max_rt60 + self.max_pre_delay
        samples = min(math.ceil(seconds * self.sample_rate), wavs.shape[1])
        spectrum = white_spectrum(wavs, streams, fast_length(samples))
        response = self._response(spectrum, samples, parameters)
        return parameters | {"response": response}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        return at_level_of(wavs, convolve(wavs, parameters["response"]))

    def _response(self, spectrum, samples, parameters):
        """Impulse responses, [batch, samples], from spectra of white noise."""
        length = fast_length(samples)
        rt60, pre_delay = parameters["rt60"], parameters["pre_delay"]
        hertz = frequencies(length, self.sample_rate, rt60)
        ratio = (hertz / CROSSOVER_HZ) ** 8
        low = torch.fft.irfft(spectrum * (1 / (1 + ratio)).sqrt(), length)
        high = torch.fft.irfft(spectrum * (ratio / (1 + ratio)).sqrt(), length)
        time = torch.arange(length, device=rt60.device) / self.sample_rate
        time = time - pre_delay
        tail = low * _decay(time, rt60)
        tail = tail + high * _decay(time, rt60 * parameters["high_ratio"])
        # Its first sample is the direct sound's
        tail = (tail * (time > 0))[:, 1:samples]
        energy = torch.linalg.vector_norm(tail, dim=1, keepdim=True)
        tail = tail / energy.clamp(min=TINY)
        tail = tail * 10 ** (-parameters["drr_db"] / 20)
        return torch.cat([torch.ones_like(rt60), tail], dim=1)


def _decay(time, rt60):
    """Amplitude, 1 at time 0 and -60 dB after the reverberation time."""
    return torch.exp(-math.log(1000) * time.clamp(min=0) / rt60)
