"""Formant shift that leaves the pitch where it is."""

from dataclasses import dataclass, replace

import torch

from speechbrain_singer.augment.pitch_shift import ratios
from speechbrain_singer.checks import check_range
from speechbrain_singer.dsp.f0 import F0Tracker
from speechbrain_singer.dsp.overlap_add import keep_level, overlap_add
from speechbrain_singer.dsp.pulses import find_grains, track_pulses


@dataclass(frozen=True)
class FormantShift:
    """Shifts the formants of voices, each by its own ratio, not their pitch.

    It changes the voice: the vocal tract is shorter by the ratio, and most
    hear another singer. So it is for negatives and what-if questions, not for
    two views of one singer.

    Grains around the glottal pulses stay where they are and are read faster by
    the ratio, and so are consonants. Voices above `max_f0` are taken for voices
    an octave or more below, and get a subharmonic: sopranos need 1200 Hz or so.

    The gradient takes F0, pulses and level as constants; given them, the shift
    is linear in the waveform.

    Arguments
    ---------
    min_ratio, max_ratio : float
        The ratio is drawn from U(min_ratio, max_ratio), within 1 to 2, and
        inverted with probability 0.5. Next to 1 a singer stays the same.
    min_f0, max_f0 : float
        Range of the search for F0 in Hz.
    sample_rate : int
        Hz

    Raises
    ------
    ValueError
        If a range is empty, the ratio can be below 1 or above 2, or F0 higher
        than `sample_rate` allows.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> shift = FormantShift()
    >>> wavs = 0.1 * torch.randn(2, 8820)
    >>> parameters = shift.draw(wavs, Streams([1, 2]))
    >>> shift.apply(wavs, parameters).shape
    torch.Size([2, 8820])
    """

    min_ratio: float = 1.1
    max_ratio: float = 1.3
    min_f0: float = 75.0
    max_f0: float = 600.0
    sample_rate: int = 44100

    def __post_init__(self):
        ratio = self.min_ratio, self.max_ratio
        check_range("ratio of the formants", *ratio, 1.0, 2.0)
        # Refuses a range that it cannot track
        F0Tracker(self.min_f0, self.max_f0, self.sample_rate)

    def draw(self, wavs, streams):
        """A ratio per example, [batch, 1]."""
        return {"ratio": ratios(wavs, streams, self.min_ratio, self.max_ratio)}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        ratio = parameters["ratio"]
        tracker = F0Tracker(self.min_f0, self.max_f0, self.sample_rate)
        f0, voiced, phase = track_pulses(wavs.detach(), tracker)
        grains = find_grains(phase, voiced, torch.ones_like(f0), tracker)
        # Read faster, a period of the voice takes less time
        grains = replace(
            grains, before=grains.before / ratio, after=grains.after / ratio
        )
        shifted = overlap_add(wavs, grains, ratio)
        return keep_level(shifted, wavs, tracker.hop)
