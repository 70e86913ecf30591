"""What befalls recordings that are to be recognised.

They are called as augmentations are, which are degradations too: `draw(wavs,
streams)`, then `apply(wavs, parameters)`, of [batch, time] from -1 to 1. Those
here leave nothing to chance, but for the noise itself, and take one recording:
[1, time].
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
import torch
import torchaudio

from speechbrain_singer.augment.coloured_noise import ColouredNoise
from speechbrain_singer.augment.levels import add_at_snr, level
from speechbrain_singer.augment.pitch_shift import PitchShift
from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.reading import (
    FLOOR,
    SOUNDING,
    frame_size,
    sounding_frames,
)


@dataclass(frozen=True)
class Band:
    """What is left of a recording that was kept at a lower sampling rate.

    Without aliases of what is gone: resampled by a steep filter.

    Arguments
    ---------
    rate : int
        In Hz; what lies above half of it is gone.
    sample_rate : int
        Of the recordings, in Hz.

    Example
    -------
    >>> time = torch.arange(44100) / 44100
    >>> hertz = torch.tensor([[1000.0], [9000.0]])
    >>> wavs = (2 * torch.pi * hertz * time).sin()
    >>> Band(16000).apply(wavs, {}).std(dim=1) > 0.1
    tensor([ True, False])
    """

    rate: int = 16000
    sample_rate: int = 44100

    def __post_init__(self):
        check_whole("rate of the band in Hz", self.rate, 1000)

    def draw(self, wavs, streams):
        """Nothing."""
        return {}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        there = _steep_resampler(self.sample_rate, self.rate)
        back = _steep_resampler(self.rate, self.sample_rate)
        return back(there(wavs))[:, : wavs.shape[1]]


@dataclass(frozen=True)
class PinkNoise:
    """Pink noise, at a ratio to the power of what sounds, without the rests.

    Arguments
    ---------
    snr_db : float
        In dB.
    sample_rate : int
        In Hz.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> wavs = torch.tensor([[0.5, -0.5]]).repeat(1, 22050)
    >>> wavs[:, 20500:] = 0
    >>> noise = PinkNoise(20.0)
    >>> noisy = noise.apply(wavs, noise.draw(wavs, Streams([1])))
    >>> round(float((noisy - wavs).std()), 3)
    0.05
    """

    snr_db: float
    sample_rate: int = 44100

    def draw(self, wavs, streams):
        """The noise, and its ratio."""
        snr, rate = self.snr_db, self.sample_rate
        return ColouredNoise(snr, snr, 1.0, 1.0, rate).draw(wavs, streams)

    def apply(self, wavs, parameters):
        """[1, time] to [1, time]."""
        size, sounds = _sounding(wavs, self.sample_rate)
        if not sounds.any():
            return wavs
        whole = wavs[0, : len(sounds) * size].reshape(-1, size)
        voice = whole[torch.from_numpy(sounds)].reshape(1, -1)
        # To the power of the whole, rests and all, the ratio is lower
        louder = 20 * (level(voice) / level(wavs)).log10()
        return add_at_snr(
            wavs, parameters["noise"], parameters["snr_db"] - louder
        )


@dataclass(frozen=True)
class Transposed:
    """Sung higher or lower by the same throat: pitch moves, formants stay.

    By `PitchShift`; all intervals are kept.

    Arguments
    ---------
    semitones : float
        Up, or down if below 0; an octave at most.
    min_f0, max_f0, sample_rate
        As `PitchShift` takes them.

    Example
    -------
    >>> time = torch.arange(44100) / 44100
    >>> wavs = 0.1 * torch.sin(2 * torch.pi * 220 * time)[None]
    >>> higher = Transposed(4.0).apply(wavs, {})
    >>> int(torch.fft.rfft(higher).abs().argmax())
    277
    """

    semitones: float
    min_f0: float = 75.0
    max_f0: float = 1000.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_number("semitones", self.semitones, least=-12, most=12)

    def draw(self, wavs, streams):
        """Nothing."""
        return {}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        ratio = wavs.new_full((len(wavs), 1), 2 ** (self.semitones / 12))
        shift = PitchShift(
            min_f0=self.min_f0, max_f0=self.max_f0, sample_rate=self.sample_rate
        )
        unchanged = torch.ones_like(ratio)
        return shift.apply(wavs, {"ratio": ratio, "range_ratio": unchanged})


@dataclass(frozen=True)
class Beginning:
    """The beginning of a recording, with so many seconds that sound.

    From the first frame that sounds; the rests between are kept and not
    counted. Of a recording that has less, all but the rests around it.

    Arguments
    ---------
    seconds : float
    sample_rate : int
        In Hz.

    Example
    -------
    >>> wavs = torch.sin(torch.arange(44100.0) / 9)[None]
    >>> wavs[:, :22050] = 0
    >>> round(Beginning(0.3).apply(wavs, {}).shape[1] / 44100, 1)
    0.3
    """

    seconds: float
    sample_rate: int = 44100

    def __post_init__(self):
        check_number("seconds", self.seconds, least=0, above=True)

    def draw(self, wavs, streams):
        """Nothing."""
        return {}

    def apply(self, wavs, parameters):
        """[1, time] to [1, shorter time]."""
        size, sounds = _sounding(wavs, self.sample_rate)
        places = np.flatnonzero(sounds)
        if not len(places):
            return wavs
        frames = max(1, round(self.seconds * self.sample_rate / size))
        last = places[min(frames, len(places)) - 1]
        return wavs[:, places[0] * size : (last + 1) * size]


@lru_cache(maxsize=4)
def _steep_resampler(orig_rate, new_rate):
    """As `dataio.audio.resampler`, whose gentle filter lets aliases pass."""
    ratio = Fraction(orig_rate, new_rate).limit_denominator(1000)
    with torch.inference_mode(False):  # or it could have no gradients later
        return torchaudio.transforms.Resample(
            *(ratio.numerator, ratio.denominator),
            lowpass_filter_width=64,
            rolloff=0.95,
        )


def _sounding(wavs, rate):
    """Samples of a frame, and which frames of [1, time] sound."""
    samples = wavs[0].numpy()
    size = frame_size(rate, len(samples))
    threshold = max(SOUNDING * float(np.abs(samples).max()), FLOOR)
    return size, sounding_frames(samples, size, threshold)
