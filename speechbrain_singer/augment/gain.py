"""Gain."""

from dataclasses import dataclass

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.checks import check_range


@dataclass(frozen=True)
class Gain:
    """Changes the level by a random gain.

    Arguments
    ---------
    min_db, max_db : float
        Range of the gain in dB.

    Raises
    ------
    ValueError
        If the minimum is above the maximum, or one not finite.

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.augment.streams import Streams
    >>> gain = Gain(min_db=-6.0206, max_db=-6.0206)
    >>> wavs = torch.ones(1, 4)
    >>> parameters = gain.draw(wavs, Streams([1]))
    >>> round(gain.apply(wavs, parameters)[0, 0].item(), 4)
    0.5
    """

    min_db: float = -6.0
    max_db: float = 0.0

    def __post_init__(self):
        check_range("gain in dB", self.min_db, self.max_db)

    def draw(self, wavs, streams):
        """A gain in dB per example."""
        return {"gain_db": uniform(wavs, streams, self.min_db, self.max_db)}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        return wavs * 10 ** (parameters["gain_db"] / 20)
