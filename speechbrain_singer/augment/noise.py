"""Gaussian noise."""

from dataclasses import dataclass

from speechbrain_singer.augment.draws import normal, uniform
from speechbrain_singer.checks import check_range


@dataclass(frozen=True)
class GaussianNoise:
    """Adds white Gaussian noise of a random amplitude.

    Arguments
    ---------
    min_amplitude, max_amplitude : float
        Range of the noise's standard deviation, where full scale is 1.

    Raises
    ------
    ValueError
        If the minimum is above the maximum, or one below 0 or not finite.

    Example
    -------
    >>> import torch
    >>> from speechbrain_singer.augment.streams import Streams
    >>> noise = GaussianNoise()
    >>> wavs = torch.zeros(2, 1000)
    >>> parameters = noise.draw(wavs, Streams([1, 2]))
    >>> noise.apply(wavs, parameters).std(dim=1).max().item() < 0.06
    True
    """

    min_amplitude: float = 0.001
    max_amplitude: float = 0.05

    def __post_init__(self):
        check_range(
            "noise amplitude", self.min_amplitude, self.max_amplitude, least=0
        )

    def draw(self, wavs, streams):
        """An amplitude per example and the noise itself, at amplitude 1."""
        amplitude = uniform(
            wavs, streams, self.min_amplitude, self.max_amplitude
        )
        noise = normal(wavs, streams, wavs.shape[1])
        return {"amplitude": amplitude, "noise": noise}

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time]."""
        return wavs + parameters["amplitude"] * parameters["noise"]
