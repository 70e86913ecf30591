"""Separates files of any length by a network, segment by segment."""

from itertools import islice
from threading import Lock
from typing import NamedTuple

import torch

from speechbrain_singer.dataio.audio import SILENCE
from speechbrain_singer.separation.overlap import cross_fade, split_segments
from speechbrain_singer.separation.stereo import stereo_blocks

VOCALS = "vocals"


class BySegments:
    """Separates files by a separator that takes tensors.

    Of a file there are never more than two batches of segments in memory.

    Arguments
    ---------
    separator : object
        As `speechbrain_singer.separation` says.
    segments : Segments
    device : str or torch.device
        Where the separator is.

    Raises
    ------
    ValueError
        If it has no stem `vocals`.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.separation.overlap import Segments
    >>> class Half:
    ...     sample_rate, stems = 8000, ["vocals", "other"]
    ...     def __call__(self, mixture):
    ...         return torch.stack([mixture / 2, mixture / 2], dim=1)
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, [0.5, -0.5], 8000)
    >>> by_segments = BySegments(Half(), Segments(seconds=1.0))
    >>> torch.cat(list(by_segments.separate_file(path)), dim=-1)[:, 0].tolist()
    [[0.25, -0.25], [0.25, -0.25]]
    """

    def __init__(self, separator, segments, device="cpu"):
        self.separator = separator
        self.sample_rate = separator.sample_rate
        self.length, self.fade = segments.samples(self.sample_rate)
        self.batch_size = segments.batch_size
        self.device = device
        stems = list(separator.stems)
        if VOCALS not in stems:
            raise ValueError(
                f"the separator has no stem 'vocals'; it has {', '.join(stems)}"
            )
        self.stems = len(stems)
        self.vocals = stems.index(VOCALS)
        self.others = [n for n in range(len(stems)) if n != self.vocals]
        self._lock = Lock()

    def separate_file(self, path):
        """Separates a file.

        Arguments
        ---------
        path : str or Path

        Yields
        ------
        pair : torch.Tensor
            [2, 2, time]: vocals and accompaniment in stereo. The latter is the
            sum of the other stems, or what vocals leave of the mixture.

        Raises
        ------
        AudioError
            If the file cannot be read.
        """
        level = Level(0.0, 1.0)
        if getattr(self.separator, "normalised", False):
            level = level_of(stereo_blocks(path))
        blocks = stereo_blocks(path, self.sample_rate)
        segments = split_segments(blocks, self.length, self.fade)
        yield from cross_fade(self._parts(segments, level), self.fade)

    def _parts(self, segments, level):
        while batch := list(islice(segments, self.batch_size)):
            mixtures, used = zip(*batch, strict=True)
            pairs = self._separate(torch.stack(mixtures), level)
            for pair, count in zip(pairs, used, strict=True):
                yield pair[..., -count:]

    @torch.inference_mode()
    def _separate(self, mixture, level):
        """[batch, 2, time] to [batch, 2, 2, time]; one batch at any time."""
        with self._lock:
            mixture = mixture.to(self.device)
            stems = self.separator((mixture - level.mean) / level.scale)
            batch, _, time = mixture.shape
            if stems.shape != (batch, self.stems, 2, time):
                raise ValueError(
                    f"the separator returned {list(stems.shape)}, not [batch, "
                    f"stems, 2, time]: {[batch, self.stems, 2, time]}"
                )
            vocals = stems[:, self.vocals] * level.scale
            if self.others:
                # A voice has no offset: that of the mixture is the rest's
                rest = stems[:, self.others].sum(dim=1)
                accompaniment = rest * level.scale + level.mean
            else:
                accompaniment = mixture - vocals
            return torch.stack([vocals, accompaniment], dim=1).float().cpu()


class Level(NamedTuple):
    """Mean and standard deviation of a mixture.

    Arguments
    ---------
    mean, scale : float
    """

    mean: float
    scale: float


def level_of(blocks):
    """Mean and deviation of the mean of both channels, as Demucs has them.

    Arguments
    ---------
    blocks : iterable of torch.Tensor
        [2, time] each.

    Returns
    -------
    level : Level
        What is silent is not scaled.

    Example
    -------
    >>> level_of([torch.tensor([[0.5, -0.5], [0.5, -0.5]])])
    Level(mean=0.0, scale=0.5)
    """
    count, total, power = 0, 0.0, 0.0
    for block in blocks:
        mono = block.mean(dim=0).double()
        count += len(mono)
        total += mono.sum().item()
        power += mono.square().sum().item()
    mean = total / count
    deviation = max(0.0, power / count - mean**2) ** 0.5
    return Level(mean, deviation if deviation > SILENCE else 1.0)
