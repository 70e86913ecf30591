"""Pitch shift that leaves the formants where they are."""

from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.checks import check_range
from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.dsp.overlap_add import keep_level, overlap_add
from speechbrain_singer.dsp.pulses import find_grains, track_pulses


@dataclass(frozen=True)
class PitchShift:
    """Shifts the pitch of voices, each by its own ratio, not their formants.

    As Praat's "Change gender" does with a formant ratio of 1, which singer
    encoders were published with (Torres et al., ISMIR 2023). With m the median
    F0 of the clip, F0 becomes

        ratio * (m + range_ratio * (F0 - m)),

    by pitch-synchronous overlap-add, for the whole batch at once. Unvoiced
    stretches and the level stay. A clip whose lowest F0 would become negative
    stays as it is, as published. F0 goes no higher than twice `max_f0`.

    Voices above `max_f0` are taken for voices an octave or more below, and get
    a subharmonic. The published 600 Hz suit speech and low voices; sopranos
    need 1200 Hz or so.

    The gradient takes F0, pulses and level as constants; given them, the shift
    is linear in the waveform.

    Arguments
    ---------
    max_ratio : float
        The ratio of the medians is drawn from U(1, max_ratio), 2 at most, and
        inverted with probability 0.5.
    max_range_ratio : float
        The same for the range. 1 keeps all intervals.
    min_f0, max_f0 : float
        Range of the search for F0 in Hz.
    sample_rate : int
        Hz

    Raises
    ------
    ValueError
        If a ratio is below 1, that of the medians above 2, or the range of F0
        empty or higher than `sample_rate` allows.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> time = torch.arange(44100) / 44100
    >>> wavs = 0.1 * torch.sin(2 * torch.pi * 220 * time)[None]
    >>> shift = PitchShift()
    >>> parameters = shift.draw(wavs, Streams([1]))
    >>> sorted(parameters)
    ['range_ratio', 'ratio']
    >>> shift.apply(wavs, parameters).shape
    torch.Size([1, 44100])
    """

    max_ratio: float = 1.3
    max_range_ratio: float = 1.5
    min_f0: float = 75.0
    max_f0: float = 600.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_range("ratio of the medians", 1.0, self.max_ratio, 1.0, 2.0)
        check_range("ratio of the ranges", 1.0, self.max_range_ratio)
        # Refuses a range that it cannot track
        F0Tracker(self.min_f0, self.max_f0, self.sample_rate)

    def draw(self, wavs, streams):
        """Ratios of the median and of the range, [batch, 1] each."""
        return {
            "ratio": ratios(wavs, streams, 1.0, self.max_ratio),
            "range_ratio": ratios(wavs, streams, 1.0, self.max_range_ratio),
        }

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        tracker = F0Tracker(self.min_f0, self.max_f0, self.sample_rate)
        f0, voiced, phase = track_pulses(wavs.detach(), tracker)
        change = _change(f0, voiced, **parameters)
        grains = find_grains(phase, voiced, change, tracker)
        return keep_level(overlap_add(wavs, grains), wavs, tracker.hop)


def _change(f0, voiced, ratio, range_ratio):
    """Wanted F0 over F0, [batch, frames]; 1 where it is to stay."""
    median = f0.masked_fill(~voiced, torch.nan).nanmedian(1, True).values
    wanted = ratio * (median + range_ratio * (f0 - median))
    # False for NaN, the median of a clip without a voice
    possible = wanted.amin(1, keepdim=True) >= 0
    return torch.where(possible, wanted / f0, 1)


def ratios(wavs, streams, low, high):
    """U(low, high), inverted with probability 0.5; [batch, 1]."""
    ratio = uniform(wavs, streams, low, high)
    inverted = uniform(wavs, streams) < 0.5
    return torch.where(inverted, 1 / ratio, ratio)
