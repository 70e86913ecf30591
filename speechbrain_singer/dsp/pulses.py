"""The pulses of voices, and which grains go where: the first half of PSOLA.

E. Moulines and F. Charpentier, "Pitch-synchronous waveform processing
techniques for text-to-speech synthesis using diphones", Speech Communication
9, 1990. Grains around the glottal pulses are moved to the wanted pulses: they
come at another rate, and each still rings as the vocal tract does.
`overlap_add` is the second half.

Pulses are not searched for one after another. Pulse k is where a phase is k,
and the phases of a batch are functions of time on one grid.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from speechbrain_singer.dsp.tracks import to_samples

_GRID = 8  # points of a phase from frame to frame
_LEAST_RISE = 1e-3  # of a phase from point to point: no voice turns back


@dataclass(frozen=True, eq=False)
class Grains:
    """Where grains go, ordered by time, and where they come from.

    Arguments
    ---------
    place : torch.Tensor
        float64, [batch, grains], rising: the sample that a centre goes to.
        The first is 0 or less, the last lies after the end.
    shift : torch.Tensor
        [batch, grains], samples from there to where it comes from.
    before, after : torch.Tensor
        [batch, grains], largest lengths of a grain's two halves in samples.
    """

    place: torch.Tensor
    shift: torch.Tensor
    before: torch.Tensor
    after: torch.Tensor


def track_pulses(wavs, tracker):
    """F0 of voices, and where their pulses are.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    tracker : speechbrain_singer.dsp.f0.F0Tracker

    Returns
    -------
    f0, voiced : torch.Tensor
        [batch, frames], as the tracker gives them.
    phase : torch.Tensor
        As of `pulse_phase`.
    """
    decimated = tracker.decimate(wavs)
    f0, voiced = tracker.track(decimated)
    return f0, voiced, pulse_phase(decimated, f0, tracker.decimated_rate)


def pulse_phase(decimated, f0, rate):
    """Phase of the voice, an integer where a period's energy is centred.

    F0 is integrated, and what the integral misses is measured. Energy comes
    once a period. Multiplied with the integral's oscillation it is slow, and
    its angle is the distance to the pulses.

    Arguments
    ---------
    decimated : torch.Tensor
        [batch, (frames - 1) * hop + 1], the waveform below some kHz.
    f0 : torch.Tensor
        [batch, frames], Hz
    rate : float
        Hz, of `decimated`.

    Returns
    -------
    phase : torch.Tensor
        float64, [batch, (frames - 1) * _GRID + 1], in periods. It rises from a
        value in [0, 1).
    """
    hop = (decimated.shape[1] - 1) // (f0.shape[1] - 1)
    # Phases in float64: a float32 of many periods is coarse
    track = to_samples(f0, decimated.shape[1] - 1, hop).double()
    phase = F.pad((track / rate).cumsum(1), (1, 0))

    angle = (2 * math.pi) * (phase % 1).to(f0.dtype)
    energy = _pulse_energy(decimated)
    cosine = _smooth(energy * angle.cos(), hop)
    sine = _smooth(energy * angle.sin(), hop)
    lead = torch.atan2(-sine, cosine).double() / (2 * math.pi)
    drift = lead.diff(dim=1)
    drift = drift - drift.round()
    rise = phase[:, :: hop // _GRID].diff(dim=1)
    rise = rise + drift.repeat_interleave(_GRID, 1) / _GRID
    start = lead[:, :1] % 1
    return start + F.pad(rise.clamp_min(_LEAST_RISE).cumsum(1), (1, 0))


def _pulse_energy(decimated):
    """Power of the derivative, of that sign on which its peaks are sharper."""
    slope = F.pad(decimated.diff(dim=1), (1, 0))
    side = slope.pow(3).sum(1, keepdim=True).sign()
    return (slope * side).relu().square()


def _smooth(signal, hop):
    """Means over about two hops around every frame."""
    blocks = F.pad(signal, (hop // 2, hop - hop // 2 - 1))
    blocks = blocks.view(len(signal), -1, hop).mean(2)
    padded = F.pad(blocks, (1, 1))
    return padded[:, :-2] + 2 * blocks + padded[:, 2:]


def time_of(phase, wanted):
    """When a phase has given values, on lines through its points.

    Arguments
    ---------
    phase : torch.Tensor
        [batch, points], rising.
    wanted : torch.Tensor
        [batch, pulses]

    Returns
    -------
    cell : torch.Tensor
        int64, [batch, pulses], the last point before.
    time : torch.Tensor
        [batch, pulses], in points since the first.

    Example
    -------
    >>> cell, time = time_of(torch.tensor([[0.0, 2, 3]]), torch.tensor([[2.5]]))
    >>> cell.item(), time.item()
    (1, 1.5)
    """
    cell = torch.searchsorted(phase, wanted, right=True) - 1
    cell = cell.clamp(0, phase.shape[1] - 2)
    begin, end = phase.gather(1, cell), phase.gather(1, cell + 1)
    return cell, cell + (wanted - begin) / (end - begin)


def find_grains(source, voiced, change, tracker):
    """Which grain of the voice goes to each pulse of the wanted voice.

    Arguments
    ---------
    source : torch.Tensor
        float64, [batch, points], phase of the voice.
    voiced : torch.Tensor
        bool, [batch, frames]. What is not between two voiced frames stays.
    change : torch.Tensor
        [batch, frames], wanted F0 over F0. The new F0 goes no higher than
        twice the tracker's `max_f0`.
    tracker : speechbrain_singer.dsp.f0.F0Tracker

    Returns
    -------
    grains : Grains
    """
    cell_length = tracker.hop // _GRID  # samples from point to point
    most = 2 * tracker.max_f0 / tracker.sample_rate  # pulses a sample
    # From here on `voiced` is per interval: both of its frames are voiced
    voiced = voiced[:, 1:] & voiced[:, :-1]
    change = torch.where(voiced, 0.5 * (change[:, 1:] + change[:, :-1]), 1)
    rise = change.repeat_interleave(_GRID, 1) * source.diff(dim=1)
    rise = rise.clamp(_LEAST_RISE, most * cell_length)
    target = source[:, :1] + F.pad(rise.cumsum(1), (1, 0))

    count = math.ceil(most * cell_length * (source.shape[1] - 1)) + 4
    wanted = torch.arange(count, device=source.device, dtype=source.dtype)
    wanted = wanted.expand(len(source), -1).contiguous()
    cell, place = time_of(target, wanted)
    begin, end = source.gather(1, cell), source.gather(1, cell + 1)
    nearest = (begin + (place - cell) * (end - begin)).round()

    # From one pulse before the start, so that the first has a neighbour
    pulses = time_of(source, wanted - 1)[1] * cell_length
    nearest = nearest.long().clamp(0, count - 3) + 1
    place = place * cell_length
    shift = pulses.gather(1, nearest) - place
    lengths = F.pad(pulses.round().diff(dim=1), (1, 1), value=math.inf)
    unvoiced = ~voiced.repeat_interleave(_GRID, 1).gather(1, cell)
    return Grains(
        place,
        shift.masked_fill(unvoiced, 0),
        lengths.gather(1, nearest).masked_fill(unvoiced, math.inf),
        lengths.gather(1, nearest + 1).masked_fill(unvoiced, math.inf),
    )
