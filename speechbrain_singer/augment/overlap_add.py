"""Overlap-add of moved grains, for a batch at once: the second half of PSOLA.

Every sample of the output looks up the grain before it and the one after it;
no grain is written after another.
"""

import torch
import torch.nn.functional as F


def overlap_add(wavs, grains, rate=None):
    """Adds up grains, two at any time.

    Arguments
    ---------
    wavs : torch.Tensor
        [batch, time]
    grains : speechbrain_singer.augment.pulses.Grains
    rate : torch.Tensor
        [batch, 1], how fast grains are read, or None for 1.

    Returns
    -------
    wavs : torch.Tensor
        [batch, time]

    Example
    -------
    >>> from speechbrain_singer.augment.pulses import Grains
    >>> place = torch.tensor([[0.0, 20, 40, 60]]).double()
    >>> same, long = torch.zeros(1, 4), torch.full((1, 4), 99.0)
    >>> wavs = torch.randn(1, 50)
    >>> output = overlap_add(wavs, Grains(place, same, long, long))
    >>> bool((output - wavs).abs().max() < 1e-5)
    True
    """
    batch, time = wavs.shape
    centre = grains.place.round()
    edges = centre.clamp(0, time).long()
    edges[:, 0], edges[:, -1] = 0, time
    segment = torch.repeat_interleave(
        edges.diff(dim=1).flatten(), output_size=batch * time
    )

    def at_samples(table):
        samples = table.flatten().index_select(0, segment)
        return samples.view(batch, time)

    distance = centre.diff(dim=1)
    fall = 1 / torch.minimum(grains.after[:, :-1], distance)
    rise = 1 / torch.minimum(grains.before[:, 1:], distance)
    centre, distance, fall, rise = (
        at_samples(table.to(wavs.dtype))
        for table in (centre[:, :-1], distance, fall, rise)
    )
    since = torch.arange(time, device=wavs.device, dtype=wavs.dtype) - centre
    until = distance.sub_(since)
    if rate is None:
        shift = _inside(grains.shift, edges)
        left = _read(wavs, at_samples(shift[:, :-1]))
        right = _read(wavs, at_samples(shift[:, 1:]))
    else:
        shift = grains.shift.to(wavs.dtype)
        excess = rate - 1
        left = at_samples(shift[:, :-1]) + since * excess
        right = at_samples(shift[:, 1:]) - until * excess
        left, right = _read_between(wavs, left), _read_between(wavs, right)
    left = torch.addcmul(left, left, _lost(since.mul_(fall)), value=-1)
    right = torch.addcmul(right, right, _lost(until.mul_(rise)), value=-1)
    return left + right


def _inside(shift, edges):
    """Whole shifts, so that no grain is read beyond its clip."""
    time = edges[:, -1:]
    begin, end = F.pad(edges, (1, 0))[:, :-1], torch.cat([edges, time], 1)
    shift = torch.maximum(shift.round().long(), -begin)
    shift = torch.minimum(shift, time - end[:, 1:])
    # Half as wide an index is half the traffic
    return shift.to(torch.int32)


def _read(wavs, shift):
    """Samples so many samples later."""
    flat = wavs.flatten()
    kind = torch.int32 if len(flat) < 2**31 else torch.int64
    sample = torch.arange(len(flat), device=wavs.device, dtype=kind)
    return flat.index_select(0, sample + shift.flatten()).view(wavs.shape)


def _read_between(wavs, shift):
    """The same for fractions of samples, on the line between two samples."""
    whole = shift.floor()
    time = torch.arange(wavs.shape[1], device=wavs.device)
    sample = (time + whole.long()).clamp(0, wavs.shape[1] - 1)
    after = (sample + 1).clamp_max(wavs.shape[1] - 1)
    return torch.lerp(
        wavs.gather(1, sample), wavs.gather(1, after), shift - whole
    )


def _lost(distance):
    """What the window takes at a distance from the centre, 1 at its end.

    A cubic, which is a raised cosine but for 1 %, and takes a third as long.
    """
    distance = distance.clamp_(0, 1)
    return torch.rsub(distance, 3, alpha=2).mul_(distance).mul_(distance)


def keep_level(shifted, wavs, block):
    """Gives a waveform the level that another has, moment by moment.

    Arguments
    ---------
    shifted, wavs : torch.Tensor
        [batch, time]
    block : int
        Samples; levels are taken over eight of them.

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
