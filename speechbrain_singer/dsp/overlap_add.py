"""Overlap-add of moved grains, for a batch at once: the second half of PSOLA.

Every sample of the output looks up the grain before it and the one after it.
So all samples are computed at once, not grain after grain.
"""

import torch
import torch.nn.functional as F


def overlap_add(wavs, grains, rate=None):
    """Adds up grains, two at any time.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    grains : speechbrain_singer.dsp.pulses.Grains
    rate : torch.Tensor
        [batch, 1], how fast grains are read, or None for 1.

    Returns
    -------
    wavs : torch.Tensor
        [batch, time]

    Example
    -------
    >>> from speechbrain_singer.dsp.pulses import Grains
    >>> place = torch.tensor([[0.0, 20, 40, 60]]).double()
    >>> same, long = torch.zeros(1, 4), torch.full((1, 4), 99.0)
    >>> wavs = torch.randn(1, 50)
    >>> output = overlap_add(wavs, Grains(place, same, long, long))
    >>> bool((output - wavs).abs().max() < 1e-5)
    True
    """
    batch, time = wavs.shape
    whole = grains.place.round()
    edges = whole.clamp(0, time).long()
    edges[:, 0], edges[:, -1] = 0, time
    segment = torch.repeat_interleave(
        edges.diff(dim=1).flatten(), output_size=batch * time
    )

    def at_samples(table):
        samples = table.flatten().index_select(0, segment)
        return samples.view(batch, time)

    distance = whole.diff(dim=1)
    fall = 1 / torch.minimum(grains.after[:, :-1], distance)
    rise = 1 / torch.minimum(grains.before[:, 1:], distance)
    centre, distance, fall, rise = (
        at_samples(table.to(wavs.dtype))
        for table in (whole[:, :-1], distance, fall, rise)
    )
    since = torch.arange(time, device=wavs.device, dtype=wavs.dtype) - centre
    until = distance.sub_(since)
    shift = _inside(grains.shift, edges)
    if rate is not None:  # which is read from the very centre on
        shift = shift + (whole - grains.place) * (rate - 1)
    shift = shift.to(wavs.dtype)
    left, right = at_samples(shift[:, :-1]), at_samples(shift[:, 1:])
    if rate is not None:
        left.addcmul_(since, rate - 1)
        right.addcmul_(until, rate - 1, value=-1)
    left, right = _read(wavs, left, right)
    left = torch.addcmul(left, left, _lost(since.mul_(fall)), value=-1)
    right = torch.addcmul(right, right, _lost(until.mul_(rise)), value=-1)
    return left + right


def _inside(shift, edges):
    """Limits shifts so that no grain is read beyond its clip, at rate 1."""
    time = edges[:, -1:]
    begin, end = F.pad(edges, (1, 0))[:, :-1], torch.cat([edges, time], 1)
    return torch.minimum(torch.maximum(shift, -begin), time - end[:, 1:])


def _read(wavs, *shifts):
    """Samples later by a shift: from the nearest one along the slope.

    A line between two samples would lose 3 dB at 15 kHz; this gains half a
    decibel there.
    """
    batch, time = wavs.shape
    # As one complex number, so that one look-up finds a sample and its slope
    pairs = torch.complex(wavs, _slope(wavs)).flatten()
    kind = torch.int32 if len(pairs) < 2**31 else torch.int64
    row = torch.arange(batch, device=wavs.device, dtype=kind)[:, None]
    sample = torch.arange(time, device=wavs.device, dtype=kind)
    for shift in shifts:
        whole = shift.round()
        place = whole.to(kind).add_(sample).clamp_(0, time - 1).add_(row * time)
        pair = pairs.index_select(0, place.flatten()).view(batch, time)
        yield torch.addcmul(pair.real, pair.imag, shift.sub_(whole))


def _slope(wavs):
    """Slope by central differences, exact up to polynomials of order four."""
    padded = F.pad(wavs, (2, 2))
    near = padded[:, 3:-1] - padded[:, 1:-3]
    return near.mul_(8).sub_(padded[:, 4:] - padded[:, :-4]).div_(12)


def _lost(distance):
    """What the window takes away, from 0 at its centre to 1 at its end.

    A cubic: within 1 % of a raised cosine, in a third of the time.
    """
    distance = distance.clamp_(0, 1)
    return torch.rsub(distance, 3, alpha=2).mul_(distance).mul_(distance)


def keep_level(shifted, wavs, block):
    """Gives a waveform the level that another has, moment by moment.

    The factor is 2 at most, so that a mere rest of grains is not blown up. The
    gradient takes it as a constant.

    Arguments
    ---------
    shifted, wavs : torch.Tensor
        [batch, time]
    block : int
        In samples. Levels are measured over eight blocks.

    Returns
    -------
    shifted : torch.Tensor
        [batch, time]
    """
    with torch.no_grad():
        wanted, found = _energy(wavs, block), _energy(shifted, block)
        floor = 1e-6 * wanted.mean(1, keepdim=True) + 1e-12
        gain = ((wanted + floor) / (found + floor)).sqrt().clamp(0.5, 2)
        ramp = torch.arange(block, device=wavs.device, dtype=wavs.dtype) / block
        gain = torch.lerp(gain[:, :-1, None], gain[:, 1:, None], ramp)
    return shifted * gain.flatten(1)[:, : wavs.shape[1]]


def _energy(signal, block):
    """Energy around the borders of blocks, [batch, blocks + 1]."""
    whole = signal.shape[1] // block
    body, rest = signal.tensor_split([whole * block], dim=1)
    norms = [body.unflatten(1, (whole, block)), rest[:, None]]
    norms = [torch.linalg.vector_norm(part, dim=2) for part in norms]
    return F.avg_pool1d(torch.cat(norms, dim=1).square(), 8, 1, padding=4)
