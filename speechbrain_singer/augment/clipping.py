"""Clipping."""

from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.augment.levels import TINY
from speechbrain_singer.checks import check_range


@dataclass(frozen=True)
class Clipping:
    """Overdrives the clip: limits it to a share of its peak.

    Arguments
    ---------
    min_share, max_share : float
        Range of the limit as a share of the clip's peak, 0 to 1.
    soft : bool
        Whether it saturates, limit * tanh(x / limit), or is clipped hard.

    Raises
    ------
    ValueError
        If the minimum is above the maximum, or one not within 0 and 1.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> clipping = Clipping(min_share=0.5, max_share=0.5)
    >>> wavs = torch.tensor([[0.1, -0.8, 0.5]])
    >>> parameters = clipping.draw(wavs, Streams([1]))
    >>> clipping.apply(wavs, parameters)
    tensor([[ 0.1000, -0.4000,  0.4000]])
    """

    min_share: float = 0.2
    max_share: float = 0.9
    soft: bool = False

    def __post_init__(self):
        check_range("share of the peak", self.min_share, self.max_share, 0, 1)

    def draw(self, wavs, streams):
        """The limit as a share of the peak."""
        return {"share": uniform(wavs, streams, self.min_share, self.max_share)}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        peak = torch.linalg.vector_norm(wavs, torch.inf, dim=1, keepdim=True)
        limit = (parameters["share"] * peak).clamp(min=TINY)
        if self.soft:
            return limit * torch.tanh(wavs / limit)
        return torch.clamp(wavs, -limit, limit)
