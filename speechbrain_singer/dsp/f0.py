"""Fundamental frequency of a batch, by autocorrelation (Boersma, 1993).

P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", Proc. Institute of Phonetic
Sciences 17, 1993: the method behind Praat's pitch tracks, here at a decimated
rate and for all frames of all clips at once.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_frequencies
from speechbrain_singer.dsp.viterbi import best_path

# Boersma's constants as Praat has them, except for those of octaves: with
# Praat's 0.01 and 0.35 reverberant or rough voices are found an octave too low
_SILENCE, _VOICING = 0.03, 0.45
_OCTAVE_COST, _OCTAVE_JUMP, _VOICE_CHANGE = 0.03, 0.5, 0.14
_TIME_STEP = 0.01  # seconds from frame to frame, for which jump and change hold

# About this rate in Hz: harmonics up to 2 kHz tell the period
_DECIMATED_RATE = 5500
_LARGEST_F0 = 600  # Hz, nine samples at that rate; above, the rate is higher
_HOP = 64  # samples at that rate from frame to frame
_TAPS = 6  # length of the decimation filter in output samples
_NEVER = -100.0  # score of a lag without a peak
_LOUDEST = 1e6  # far above all audio, and its fourth power is still finite


@dataclass(frozen=True)
class F0Tracker:
    """Tracks F0 and voicing of a batch.

    Arguments
    ---------
    min_f0, max_f0 : float
        Range of the search in Hz. Voices above it are found an octave or more
        too low.
    sample_rate : int
        Hz.

    Raises
    ------
    ValueError
        If the range is empty, or reaches higher than the sample rate allows.

    Example
    -------
    >>> time = torch.arange(22050) / 44100
    >>> wavs = torch.sin(2 * torch.pi * 220 * time)[None]
    >>> tracker = F0Tracker()
    >>> f0, voiced = tracker.track(tracker.decimate(wavs))
    >>> f0.shape == voiced.shape == (1, 45)
    True
    >>> round(f0[0, 20].item())
    220
    """

    min_f0: float = 75.0
    max_f0: float = 600.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_frequencies("F0", self.min_f0, self.max_f0, self.sample_rate)
        most = _LARGEST_F0 * self._longest_decimation
        if self.max_f0 > most:
            raise ValueError(
                f"F0 in Hz: max_f0 is {self.max_f0}, but at a sample rate of "
                f"{self.sample_rate} no more than {most} can be tracked: "
                "lower max_f0"
            )

    @property
    def _longest_decimation(self):
        return max(round(self.sample_rate / _DECIMATED_RATE), 1)

    @property
    def decimation(self):
        """Samples that become one."""
        return self._longest_decimation // math.ceil(self.max_f0 / _LARGEST_F0)

    @property
    def decimated_rate(self):
        """Hz"""
        return self.sample_rate / self.decimation

    @property
    def decimated_hop(self):
        """Decimated samples from frame to frame."""
        return _HOP * (self._longest_decimation // self.decimation)

    @property
    def hop(self):
        """Samples from frame to frame."""
        return self.decimated_hop * self.decimation

    def frames(self, time):
        """How many frames a clip of so many samples has."""
        return math.ceil(time / self.hop) + 1

    def decimate(self, wavs):
        """The waveform below 2 kHz, or up to where `max_f0` needs it.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]

        Returns
        -------
        decimated : torch.Tensor
            [batch, (frames - 1) * decimated_hop + 1], finite.
        """
        length = (self.frames(wavs.shape[1]) - 1) * self.decimated_hop + 1
        decimated = decimate(wavs, self.decimation, length)
        # NaN would become an index later, and stop the whole batch
        return decimated.nan_to_num(0, 0, 0).clamp(-_LOUDEST, _LOUDEST)

    def track(self, decimated):
        """Tracks F0.

        Arguments
        ---------
        decimated : torch.Tensor
            As `decimate` gives it.

        Returns
        -------
        f0 : torch.Tensor
            [batch, frames], Hz. Frame k is centred at sample k * hop. Where
            there is no voice, the last F0 before it holds, or the first.
        voiced : torch.Tensor
            bool, [batch, frames]
        """
        rate, hop = self.decimated_rate, self.decimated_hop
        correlation, peak = _autocorrelation(decimated, rate, self.min_f0, hop)
        f0, strength = _candidates(correlation, rate, self.min_f0, self.max_f0)
        loudness = peak / peak.amax(1, keepdim=True).clamp_min(1e-9)
        unvoiced = 2 - loudness * (1 + _VOICING) / _SILENCE
        unvoiced = _VOICING + unvoiced.clamp_min(0)
        path = _path(f0, strength, unvoiced, hop / rate)
        voiced = path > 0
        chosen = (path - 1).clamp_min(0)[None]
        return _hold(f0.gather(0, chosen)[0], voiced), voiced


def decimate(wavs, factor, length):
    """Low-passes, and keeps one sample of every `factor`.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]; taken as zero after its end.
    factor : int
    length : int
        Samples that come out; sample k lies at k * factor.

    Returns
    -------
    decimated : torch.Tensor
        [batch, length]

    Example
    -------
    >>> decimate(torch.ones(1, 80), 8, 10)[0, 5].round(decimals=2)
    tensor(1.)
    """
    taps = _TAPS * factor
    offset = torch.arange(taps, device=wavs.device) - taps // 2
    # Down by half at 0.7 of the new Nyquist frequency
    kernel = torch.sinc(0.7 * offset / factor) * torch.hann_window(
        taps, device=wavs.device
    )
    kernel = (kernel / kernel.sum()).view(_TAPS, factor).to(wavs.dtype)
    short = (length + _TAPS - 1) * factor - wavs.shape[1] - taps // 2
    blocks = F.pad(wavs, (taps // 2, short)).view(len(wavs), -1, factor)
    # A matrix product and shifted sums are much faster than a convolution
    partial = kernel @ blocks.transpose(1, 2)
    return sum(partial[:, k, k : k + length] for k in range(_TAPS))


def _autocorrelation(decimated, rate, min_f0, hop):
    """Normalised [batch, frames, lags], and the peak of every frame."""
    window_length = 2 * math.ceil(1.5 * rate / min_f0)  # three periods
    lags = math.ceil(rate / min_f0) + 2
    size = 64 * math.ceil((window_length + lags) / 64)
    padded = F.pad(decimated, (window_length // 2, window_length // 2 - 1))
    frames = padded.unfold(1, window_length, hop)
    frames = frames - frames.mean(2, keepdim=True)
    window = torch.hann_window(
        window_length, device=decimated.device, dtype=decimated.dtype
    )

    def correlate(signal):
        spectrum = torch.fft.rfft(signal, size)
        power = spectrum.real.square() + spectrum.imag.square()
        correlation = torch.fft.irfft(power, size)[..., :lags]
        return correlation / correlation[..., :1].clamp_min(1e-12)

    correlation = correlate(frames * window) / correlate(window)
    return correlation, frames.abs().amax(2)


def _candidates(correlation, rate, min_f0, max_f0):
    """F0 and strength of the best peak of each half octave.

    Both are [candidates, batch, frames].
    """
    before, here, after = (
        correlation[..., k : correlation.shape[-1] - 2 + k] for k in range(3)
    )
    is_peak = (here >= before) & (here > after)
    bend = (before - 2 * here + after).clamp_max(-1e-9)
    shift = (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
    lag = torch.arange(1, here.shape[-1] + 1, device=here.device) + shift
    height = here - 0.25 * (before - after) * shift
    strength = height - _OCTAVE_COST * torch.log2(lag * min_f0 / rate)
    strength = strength.masked_fill(~is_peak, _NEVER)
    f0, best = [], []
    for low, high in _lag_bands(rate, min_f0, max_f0):
        value, place = strength[..., low - 1 : high - 1].max(-1)
        place = place[..., None] + low - 1
        f0.append(rate / lag.gather(-1, place)[..., 0])
        best.append(value)
    return torch.stack(f0).clamp(min_f0, max_f0), torch.stack(best)


def _lag_bands(rate, min_f0, max_f0):
    """Whole lags [low, high) of half an octave each."""
    bands = max(round(2 * math.log2(max_f0 / min_f0)), 1)
    edges = [
        round(rate / max_f0 * (max_f0 / min_f0) ** (k / bands))
        for k in range(bands + 1)
    ]
    edges[-1] += 1
    return [(low, high) for low, high in pairwise(edges) if low < high]


def _path(f0, strength, unvoiced, step):
    """Boersma's cheapest path, [batch, frames].

    0 is unvoiced, k the k-th candidate.
    """
    # `best_path` takes [states, time, batch]
    pitch = torch.log2(f0).transpose(1, 2)
    scores = torch.cat([unvoiced[None], strength]).transpose(1, 2).contiguous()
    states = len(scores)
    scale = _TIME_STEP / step
    jumps = (pitch[:, None, :-1] - pitch[None, :, 1:]).abs()
    transitions = jumps.new_full(
        (states, states, *jumps.shape[2:]), -scale * _VOICE_CHANGE
    )
    transitions[1:, 1:] = -scale * _OCTAVE_JUMP * jumps
    transitions[0, 0] = 0
    return best_path(transitions, scores).transpose(0, 1)


def _hold(f0, voiced):
    """Fills pauses with the last voiced value before them, or the first."""
    frame = torch.arange(f0.shape[1], device=f0.device).expand_as(f0)
    last = torch.where(voiced, frame, -1).cummax(1).values
    first = voiced.to(torch.uint8).argmax(1, keepdim=True)
    return f0.gather(1, torch.where(last < 0, first, last))
