"""Parametric equaliser."""

import math
from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import log_uniform, uniform
from speechbrain_singer.checks import (
    check_frequencies,
    check_range,
    check_whole,
)
from speechbrain_singer.dsp.spectra import (
    convolve,
    fast_length,
    frequencies,
    ringing,
)

SHELF_Q = math.sqrt(0.5)  # the steepest shelf that does not overshoot


@dataclass(frozen=True)
class Equaliser:
    """A low shelf, peaking bands and a high shelf, each drawn.

    The sections of second order are those of Bristow-Johnson's "Cookbook
    formulae for audio EQ biquad filter coefficients". Each is evaluated as its
    analogue prototype H(s) at s = j tan(pi f / rate) / tan(pi centre / rate):
    the bilinear transform, exact at low frequencies in single precision too.

    Arguments
    ---------
    peaks : int
        How many peaking bands there are between the shelves.
    min_gain_db, max_gain_db : float
        Range of a band's gain in dB.
    min_hz, max_hz : float
        Range of a band's centre or a shelf's midpoint in Hz; log-uniform.
    min_q, max_q : float
        Range of a peaking band's Q; log-uniform. The Q of shelves is 0.71.
    sample_rate : int
        In Hz.

    Raises
    ------
    ValueError
        If a minimum is above its maximum, a frequency not between 0 and half
        the sample rate, a Q not above 0, or the number of bands or the sample
        rate no whole number.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> equaliser = Equaliser(min_gain_db=6.0206, max_gain_db=6.0206, peaks=0)
    >>> wavs = torch.ones(1, 44100)
    >>> parameters = equaliser.draw(wavs, Streams([1]))
    >>> round(equaliser.apply(wavs, parameters)[0, -1].item(), 3)
    2.0
    """

    peaks: int = 2
    min_gain_db: float = -6.0
    max_gain_db: float = 6.0
    min_hz: float = 100.0
    max_hz: float = 10000.0
    min_q: float = 0.5
    max_q: float = 2.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_whole("number of peaking bands", self.peaks, least=0)
        check_range("gain in dB", self.min_gain_db, self.max_gain_db)
        check_range("Q", self.min_q, self.max_q, least=0.01)
        check_frequencies("centre", self.min_hz, self.max_hz, self.sample_rate)

    def draw(self, wavs, streams):
        """Centre in Hz, gain in dB and Q, [batch, bands]; shelves outside."""
        bands = self.peaks + 2
        return {
            "centre_hz": log_uniform(
                wavs, streams, self.min_hz, self.max_hz, bands
            ),
            "gain_db": uniform(
                wavs, streams, self.min_gain_db, self.max_gain_db, bands
            ),
            "q": log_uniform(wavs, streams, self.min_q, self.max_q, bands),
        }

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        # Its impulse response is short, so few frequencies tell all of it
        samples = fast_length(self._ringing())
        tangents = parameters["centre_hz"] * (math.pi / self.sample_rate)
        tangents = tangents.tan()
        amplitudes = 10 ** (parameters["gain_db"] / 40)
        sections = [_low_shelf] + self.peaks * [_peak] + [_high_shelf]
        response = 1.0
        # Over bands, of which there are a few, not over examples
        for band, section in enumerate(sections):
            column = slice(band, band + 1)
            numerator, denominator = section(
                amplitudes[:, column], parameters["q"][:, column]
            )
            response = response * _response(
                numerator, denominator, tangents[:, column], samples
            )
        return convolve(wavs, torch.fft.irfft(response, samples))

    def _ringing(self):
        """Samples, at most; shelves are damped better than the worst peak."""
        most = max(abs(self.min_gain_db), abs(self.max_gain_db))
        amplitude = 10 ** (most / 40)
        damping = min(
            _damping(amplitude * self.max_q), _damping(self.min_q / amplitude)
        )
        return ringing(damping, self.min_hz, self.max_hz, self.sample_rate)


def _damping(q):
    """How far the poles of s^2 + s / q + 1 lie from the imaginary axis."""
    half = 1 / (2 * q)
    return half if half <= 1 else half - math.sqrt(half**2 - 1)


# Each section is a numerator and a denominator, in rising powers of s


def _peak(amplitude, q):
    ones = torch.ones_like(q)
    numerator = (ones, amplitude / q, ones)
    return numerator, (ones, 1 / (amplitude * q), ones)


def _low_shelf(amplitude, q):
    ones = torch.ones_like(q)
    middle = amplitude.sqrt() / SHELF_Q
    numerator = (amplitude * amplitude, amplitude * middle, amplitude)
    return numerator, (ones, middle, amplitude)


def _high_shelf(amplitude, q):
    (low, middle, high), (b, c, d) = _low_shelf(amplitude, q)
    return (high, middle, low), (d, c, b)


def _response(numerator, denominator, tangent, samples):
    """H(s) at the frequencies of `samples`, [batch, samples // 2 + 1]."""
    half = math.pi * frequencies(samples, 1, tangent)
    # Both parts times cos^2(half), so that none is infinite
    cosine, sine = half.cos(), half.sin() / tangent
    parts = []
    for constant, linear, square in (numerator, denominator):
        real = constant * cosine**2 - square * sine**2
        parts.append(torch.complex(real, linear * cosine * sine))
    return parts[0] / parts[1]
