"""Overlapping segments of audio of any length, and how they are joined."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_number, check_whole


@dataclass(frozen=True)
class Segments:
    """How audio is cut.

    Arguments
    ---------
    seconds : float
        Length of a segment.
    overlap : float
        Share of it that it has in common with the next one, 0.5 at most.
    batch_size : int
        How many are separated at once.

    Example
    -------
    >>> Segments(seconds=10.0, overlap=0.1).samples(44100)
    (441000, 44100)
    """

    seconds: float = 10.0
    overlap: float = 0.1
    batch_size: int = 4

    def __post_init__(self):
        check_number("segment_seconds", self.seconds, least=0.01, most=600)
        check_number("overlap", self.overlap, least=0, most=0.5)
        check_whole("batch_size", self.batch_size, least=1)

    def samples(self, sample_rate):
        """Samples of a segment, and of what two have in common."""
        length = round(self.seconds * sample_rate)
        return length, int(self.overlap * length)


def split_segments(blocks, length, fade):
    """Cuts audio into segments that overlap.

    The last one ends where the audio ends, so that it is as long as all others.
    Audio that is shorter has zeros before it.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        [..., time] each, in order.
    length : int
        Of a segment, in samples.
    fade : int
        How many samples it has in common with the next one, half of them at
        most.

    Yields
    ------
    segment : torch.Tensor
        [..., length].
    used : int
        How many of its last samples count. The first of these is `fade`
        samples before the end of the segment before.

    Example
    -------
    >>> cut = split_segments([torch.arange(8)], length=4, fade=1)
    >>> [(segment.tolist(), used) for segment, used in cut]
    [([0, 1, 2, 3], 4), ([3, 4, 5, 6], 4), ([4, 5, 6, 7], 2)]
    """
    segment = rest = None
    for block in blocks:
        rest = block if rest is None else torch.cat([rest, block], dim=-1)
        while rest.shape[-1] >= length:
            segment, rest = rest[..., :length], rest[..., length - fade :]
            yield segment, length
    used = 0 if rest is None else rest.shape[-1]
    if segment is None and used:
        yield F.pad(rest, (length - used, 0)), used
    elif used > fade:
        yield torch.cat([segment, rest[..., fade:]], -1)[..., -length:], used


def cross_fade(parts, fade):
    """Joins what begins before the end of what stands before it.

    Over the samples that two have in common, one goes linearly over into the
    other; where they are equal, nothing changes.

    Arguments
    ---------
    parts : iterable of torch.Tensor
        [..., time] each, in order.
    fade : int
        How many samples each has in common with the next one.

    Yields
    ------
    block : torch.Tensor
        [..., time].

    Example
    -------
    >>> parts = [torch.zeros(4), torch.ones(4)]
    >>> torch.cat(list(cross_fade(parts, fade=1))).tolist()
    [0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0]
    """
    ramp = torch.arange(1, fade + 1) / (fade + 1)
    tail = None
    for part in parts:
        if tail is not None:
            both = torch.lerp(tail, part[..., :fade], ramp)
            part = torch.cat([both, part[..., fade:]], dim=-1)
        end = max(0, part.shape[-1] - fade)
        yield part[..., :end]
        tail = part[..., end:]
    if tail is not None:
        yield tail
