"""Band limiting."""

import math
from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import log_uniform
from speechbrain_singer.checks import check_frequencies
from speechbrain_singer.dsp.spectra import (
    fast_length,
    filtered,
    frequencies,
    ringing,
)

LOW_PASS_ORDER = 16  # 96 dB an octave
HIGH_PASS_ORDER = 6  # 36 dB an octave; a steeper one would ring for long


@dataclass(frozen=True)
class BandLimit:
    """Removes what lies above a cut-off and, if wanted, below another.

    The filters have the amplitude of Butterworth's, 3 dB down at the cut-off,
    and no phase, so that nothing is delayed. A telephone passes 300 to 3400 Hz.

    Arguments
    ---------
    min_high_hz, max_high_hz : float
        Range of the upper cut-off in Hz; log-uniform.
    min_low_hz, max_low_hz : float or None
        Range of the lower cut-off in Hz; log-uniform. None for no such cut.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If a minimum is above its maximum, or a frequency not between 0 and
        half the sample rate.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> telephone = BandLimit(3400.0, 3400.0, 300.0, 300.0)
    >>> time = torch.arange(44100) / 44100
    >>> hertz = torch.tensor([[100.0], [1000.0], [7000.0]])
    >>> tones = (2 * torch.pi * hertz * time).sin()
    >>> parameters = telephone.draw(tones, Streams([1, 2, 3]))
    >>> telephone.apply(tones, parameters)[:, 9999:-9999].std(dim=1) > 0.1
    tensor([False,  True, False])
    """

    min_high_hz: float = 3400.0
    max_high_hz: float = 20000.0
    min_low_hz: float | None = None
    max_low_hz: float | None = None
    sample_rate: int = 44100

    def __post_init__(self):
        check_frequencies(
            "upper cut-off",
            self.min_high_hz,
            self.max_high_hz,
            self.sample_rate,
        )
        if (self.min_low_hz is None) != (self.max_low_hz is None):
            raise ValueError(
                "lower cut-off: give both min_low_hz and max_low_hz, or none"
            )
        if self.min_low_hz is not None:
            check_frequencies(
                "lower cut-off",
                self.min_low_hz,
                self.max_low_hz,
                self.sample_rate,
            )

    def draw(self, wavs, streams):
        """Cut-offs in Hz."""
        high = log_uniform(wavs, streams, self.min_high_hz, self.max_high_hz)
        if self.min_low_hz is None:
            return {"high_hz": high}
        low = log_uniform(wavs, streams, self.min_low_hz, self.max_low_hz)
        return {"high_hz": high, "low_hz": low}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        # Without a phase, it rings before as long as after
        samples = fast_length(wavs.shape[1] + 2 * self._ringing())
        half = torch.pi * frequencies(samples, 1, wavs)
        # At the last frequency the tangent is infinite, or close to it
        tangent = half.tan().abs()
        cut = torch.tan(torch.pi * parameters["high_hz"] / self.sample_rate)
        power = 1 + (tangent / cut) ** (2 * LOW_PASS_ORDER)
        if self.min_low_hz is not None:
            cut = torch.tan(torch.pi * parameters["low_hz"] / self.sample_rate)
            power = power * (1 + (cut / tangent) ** (2 * HIGH_PASS_ORDER))
        return filtered(wavs, power.rsqrt(), samples)

    def _ringing(self):
        longest = ringing(
            _damping(LOW_PASS_ORDER),
            self.min_high_hz,
            self.max_high_hz,
            self.sample_rate,
        )
        if self.min_low_hz is None:
            return longest
        lower = ringing(
            _damping(HIGH_PASS_ORDER),
            self.min_low_hz,
            self.max_low_hz,
            self.sample_rate,
        )
        return max(longest, lower)


def _damping(order):
    """Damping of the least damped poles of a Butterworth filter."""
    return math.sin(math.pi / (2 * order))
