"""Schedules as functions of the epochs done: no state, so nothing to resume."""

import math
from dataclasses import dataclass

from speechbrain_singer.checks import check_number, check_whole


@dataclass(frozen=True)
class Constant:
    """Learning rate: always the same.

    Arguments
    ---------
    lr : float

    Raises
    ------
    ValueError
        If it is not above 0.

    Example
    -------
    >>> Constant(lr=1e-4)(20.5)
    0.0001
    """

    lr: float

    def __post_init__(self):
        check_number("lr", self.lr, least=0, above=True)

    def __call__(self, epochs_done):
        """The rate, whatever epochs are done."""
        return self.lr


@dataclass(frozen=True)
class WarmupCosine:
    """Learning rate: a linear rise, then half a cosine down to 0.

    Arguments
    ---------
    lr : float
        At the end of the rise.
    warmup_epochs : float
    epochs : int
        When 0 is reached, the rise included.

    Raises
    ------
    ValueError
        If there is no epoch, or a number makes no sense.

    Example
    -------
    >>> schedule = WarmupCosine(lr=0.1, warmup_epochs=2, epochs=10)
    >>> [round(schedule(epochs), 6) for epochs in (0, 1, 2, 6, 10)]
    [0.0, 0.05, 0.1, 0.05, 0.0]
    """

    lr: float
    warmup_epochs: float
    epochs: int

    def __post_init__(self):
        check_whole("epochs", self.epochs, least=1)
        check_number("lr", self.lr, least=0, above=True)
        check_number("warmup_epochs", self.warmup_epochs, least=0)

    def __call__(self, epochs_done):
        """The rate after so many epochs (a fraction is fine)."""
        if epochs_done < self.warmup_epochs:
            return self.lr * epochs_done / self.warmup_epochs
        left = max(self.epochs - self.warmup_epochs, 1e-9)
        done = min((epochs_done - self.warmup_epochs) / left, 1.0)
        return self.lr * 0.5 * (1 + math.cos(math.pi * done))


@dataclass(frozen=True)
class CosineMomentum:
    """Momentum of the target: from `base` to 1 along half a cosine.

    1 - (1 - base) (cos(pi k / K) + 1) / 2 (Grill et al., NeurIPS 2020,
    section 3.3).

    Arguments
    ---------
    base : float
    epochs : float
        When 1 is reached.

    Example
    -------
    >>> schedule = CosineMomentum(base=0.99, epochs=10)
    >>> [round(schedule(epochs), 6) for epochs in (0, 5, 10)]
    [0.99, 0.995, 1.0]
    """

    base: float
    epochs: float

    def __call__(self, epochs_done):
        """The momentum after so many epochs (a fraction is fine)."""
        done = min(epochs_done / self.epochs, 1.0)
        return 1 - (1 - self.base) * 0.5 * (1 + math.cos(math.pi * done))


@dataclass(frozen=True)
class LinearRise:
    """A temperature: from `start` to `end` in a straight line, then constant.

    Of DINO's teacher (Caron et al., ICCV 2021).

    Arguments
    ---------
    start, end : float
    epochs : float
        When the end is reached; 0: from the beginning on.

    Raises
    ------
    ValueError
        If one is not above 0, or the epochs are below it.

    Example
    -------
    >>> schedule = LinearRise(start=0.04, end=0.07, epochs=3)
    >>> [round(schedule(epochs), 6) for epochs in (0, 1, 3, 10)]
    [0.04, 0.05, 0.07, 0.07]
    """

    start: float
    end: float
    epochs: float

    def __post_init__(self):
        check_number("start", self.start, least=0, above=True)
        check_number("end", self.end, least=0, above=True)
        check_number("epochs", self.epochs, least=0)

    def __call__(self, epochs_done):
        """The value after so many epochs (a fraction is fine)."""
        if epochs_done >= self.epochs:
            return self.end
        return self.start + (self.end - self.start) * epochs_done / self.epochs
