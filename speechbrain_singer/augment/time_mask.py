"""Time mask."""

from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.checks import check_range


@dataclass(frozen=True)
class TimeMask:
    """Silences a random stretch of the clip.

    Arguments
    ---------
    max_share : float
        The longest stretch as a share of the clip.

    Raises
    ------
    ValueError
        If the share is not within 0 and 1.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> mask = TimeMask(max_share=0.5)
    >>> wavs = torch.ones(1, 100)
    >>> parameters = mask.draw(wavs, Streams([1]))
    >>> 50 <= mask.apply(wavs, parameters).sum().item() <= 100
    True
    """

    max_share: float = 0.125

    def __post_init__(self):
        check_range("masked share", 0, self.max_share, most=1)

    def draw(self, wavs, streams):
        """Length and start of the stretch per example, as shares."""
        length = uniform(wavs, streams, 0.0, self.max_share)
        start = (1 - length) * uniform(wavs, streams)
        return {"start": start, "length": length}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        time = torch.arange(wavs.shape[1], device=wavs.device) / wavs.shape[1]
        start = parameters["start"]
        inside = (time >= start) & (time < start + parameters["length"])
        return wavs.masked_fill(inside, 0.0)
