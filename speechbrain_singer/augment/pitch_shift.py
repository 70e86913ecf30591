"""Pitch shift that leaves the formants where they are."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.augment.f0 import F0Tracker
from speechbrain_singer.augment.overlap_add import keep_level, overlap_add
from speechbrain_singer.augment.pulses import GRID, find_grains, pulse_phase
from speechbrain_singer.augment.ranges import check_frequencies, check_range


@dataclass(frozen=True)
class PitchShift:
    """Shifts the pitch of voices, each by its own ratio, not their formants.

    What Praat's "Change gender" does with a formant ratio of 1, as published
    for singer encoders (Torres et al., ISMIR 2023): with m the median F0 of
    the clip, F0 becomes

        ratio * (m + range_ratio * (F0 - m)),

    by pitch-synchronous overlap-add. The whole batch is shifted at once on its
    device. Unvoiced stretches stay as they are, and so does the level. Where a
    wide range would take F0 far down or up, half of `min_f0` and twice
    `max_f0` bound it.

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
        empty.

    Example
    -------
    >>> time = torch.arange(44100) / 44100
    >>> wavs = 0.1 * torch.sin(2 * torch.pi * 220 * time)[None]
    >>> shift = PitchShift()
    >>> parameters = shift.draw(wavs, torch.Generator().manual_seed(1))
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
        check_frequencies("F0", self.min_f0, self.max_f0, self.sample_rate)

    def draw(self, wavs, generator):
        """Ratios of the median and of the range, [batch, 1] each."""
        return {
            "ratio": ratios(wavs, generator, self.max_ratio),
            "range_ratio": ratios(wavs, generator, self.max_range_ratio),
        }

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        grains = self._grains(wavs.detach(), **parameters)
        block = self._tracker.hop
        return keep_level(overlap_add(wavs, grains), wavs, block)

    @property
    def _tracker(self):
        return F0Tracker(self.min_f0, self.max_f0, self.sample_rate)

    def _grains(self, wavs, ratio, range_ratio):
        """Where the grains go and come from."""
        tracker = self._tracker
        decimated = tracker.decimate(wavs)
        f0, voiced = tracker.track(decimated)
        source = pulse_phase(decimated, f0, tracker.decimated_rate)
        change = self._change(f0, voiced, ratio, range_ratio)

        # From here on what lies between two frames, both of them voiced
        voiced = voiced[:, 1:] & voiced[:, :-1]
        change = torch.where(voiced, 0.5 * (change[:, 1:] + change[:, :-1]), 1)
        voiced, change = (
            track.repeat_interleave(GRID, 1) for track in (voiced, change)
        )
        cell = tracker.hop // GRID
        most = 2 * self.max_f0 / self.sample_rate  # pulses a sample
        rise = (change * source.diff(dim=1)).clamp_max(most * cell)
        target = source[:, :1] + F.pad(rise.cumsum(1), (1, 0))
        count = math.ceil(most * wavs.shape[1]) + 4
        return find_grains(source, target, voiced, cell, count)

    def _change(self, f0, voiced, ratio, range_ratio):
        """Wanted F0 over F0, [batch, frames]; NaN for clips without voice."""
        median = f0.masked_fill(~voiced, torch.nan).nanmedian(1, True).values
        wanted = ratio * (median + range_ratio * (f0 - median))
        wanted = wanted.clamp(0.5 * self.min_f0, 2 * self.max_f0)
        return wanted / f0


def ratios(wavs, generator, largest):
    """U(1, largest), inverted with probability 0.5; [batch, 1]."""
    ratio = uniform(wavs, generator, 1.0, largest)
    inverted = uniform(wavs, generator) < 0.5
    return torch.where(inverted, 1 / ratio, ratio)
