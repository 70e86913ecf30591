"""What rooms, microphones and codecs do, drawn in the mel spectrogram."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from speechbrain_singer.augment.draws import normal, uniform
from speechbrain_singer.checks import check_number, check_range

FLOOR_DB = -100.0  # relative to the loudest bin: nothing
# Points of the curves over the bands, and how much of the strength they have
_COARSE, _FINE, _NOISE = 4, 9, 5
_COARSE_SHARE, _FINE_SHARE = 0.7, 0.4
# Flutter: of so many regions over the bands, and of each bin
_REGIONS = 20
_REGION_SHARE, _BIN_SHARE = 0.8, 0.8


@dataclass(frozen=True)
class SpectralChannel:
    """Another channel for each spectrogram, in decibels.

    In this order: flutter, as synthesised voices are steadier than real ones;
    an equaliser, a smooth curve over the bands of a strength that is drawn
    too; a noise floor, coloured and grained, whose power adds to the voice's;
    a band limit, above which there is nothing; a low cut; and a stretch of
    silence. It stands in for the augmentation of waveforms where spectrograms
    are kept, and costs next to nothing.

    Arguments
    ---------
    flutter_db : float
        Deviation of the strongest flutter, from frame to frame.
    equaliser_db : float
        Strength of the strongest equaliser: at the points of its coarse curve
        0.7 times that is the deviation, at those of its fine one 0.4 times.
    noise_probability, band_probability, cut_probability, mask_probability
        float, that a spectrogram gets one.
    noise_db : tuple of float
        Range of the noise floor in dB, relative to the loudest bin.
    noise_slope_db : tuple of float
        Range of its rise from the lowest to the highest band, in dB.
    noise_shape_db, noise_grain_db : float
        Deviations of its curve over the bands, and from bin to bin.
    lowest_limit : float
        The lowest band limit, as a share of the bands, above 0.
    highest_cut : float
        The highest low cut, as a share of the bands.
    cut_db : float
        What it takes away.
    longest_mask : float
        As a share of the frames, below 1.

    Raises
    ------
    ValueError
        If a number makes no sense.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> channel = SpectralChannel()
    >>> decibels = 60 * torch.rand(2, 80, 70) - 60
    >>> channel(decibels, Streams([1, 1]), Streams([1, 2])).shape
    torch.Size([2, 80, 70])
    """

    flutter_db: float = 5.0
    equaliser_db: float = 6.0
    noise_probability: float = 0.8
    noise_db: tuple = (-90.0, -25.0)
    noise_slope_db: tuple = (-20.0, 5.0)
    noise_shape_db: float = 6.0
    noise_grain_db: float = 3.0
    band_probability: float = 0.35
    lowest_limit: float = 0.5625
    cut_probability: float = 0.3
    highest_cut: float = 0.075
    cut_db: float = 20.0
    mask_probability: float = 0.5
    longest_mask: float = 0.3

    def __post_init__(self):
        for name in ("noise", "band", "cut", "mask"):
            key = f"{name}_probability"
            check_number(key, getattr(self, key), least=0, most=1)
        # Nothing but silence would be the loudest of all features
        check_number("lowest_limit", self.lowest_limit, 0, True, 1)
        check_number("1 - longest_mask", 1 - self.longest_mask, 0, True, 1)
        check_number("highest_cut", self.highest_cut, least=0, most=1)
        for name in ("flutter", "equaliser", "noise_shape", "noise_grain"):
            check_number(f"{name}_db", getattr(self, f"{name}_db"), least=0)
        check_number("cut_db", self.cut_db, least=0)
        check_range("noise_db", *self.noise_db)
        check_range("noise_slope_db", *self.noise_slope_db)

    def __call__(self, decibels, streams, own):
        """Draws, and applies what was drawn."""
        return self.apply(decibels, self.draw(decibels, streams, own))

    def draw(self, decibels, streams, own):
        """Draws a channel for each spectrogram.

        Arguments
        ---------
        decibels : torch.Tensor
            [batch, bands, frames], floating point.
        streams : Streams
            One for each; those of one seed have one channel.
        own : Streams
            One for each, of what no two recordings share in one channel:
            flutter, grain of the noise, silence.

        Returns
        -------
        parameters : dict of str to torch.Tensor
            `flutter` [batch, bands, frames]; `equaliser` [batch, bands];
            `noise` [batch, bands, frames]; what
            has a band limit, low cut or mask, `limit`, `cut`, `start` and
            `length` [batch, 1], as shares; of what has none they are where
            nothing happens.
        """
        bands = decibels.shape[1]
        points = normal(decibels, streams, _COARSE + _FINE + _NOISE)
        coarse, fine, shape = (
            over_bands(values, bands)
            for values in points.split([_COARSE, _FINE, _NOISE], dim=1)
        )
        strength = self.equaliser_db * uniform(decibels, streams)
        noise = self._noise_floor(decibels, streams)
        noise = noise + self.noise_shape_db * shape
        grain = self.noise_grain_db * _bins(decibels, own)
        has_noise = self._chosen(decibels, streams, self.noise_probability)
        limit = uniform(decibels, streams, self.lowest_limit, 1.0)
        has_limit = self._chosen(decibels, streams, self.band_probability)
        cut = uniform(decibels, streams, 0.0, self.highest_cut)
        has_cut = self._chosen(decibels, streams, self.cut_probability)
        length = uniform(decibels, own, 0.0, self.longest_mask)
        length = length * self._chosen(decibels, own, self.mask_probability)
        return {
            "flutter": self._flutter(decibels, own),
            "equaliser": strength
            * (_COARSE_SHARE * coarse + _FINE_SHARE * fine),
            "noise": (noise.unsqueeze(2) + grain).masked_fill(
                ~has_noise.unsqueeze(2), -torch.inf
            ),
            "limit": limit.masked_fill(~has_limit, 1.0),
            "cut": cut.masked_fill(~has_cut, 0.0),
            "start": (1 - length) * uniform(decibels, own),
            "length": length,
        }

    def apply(self, decibels, parameters):
        """Applies it: [batch, bands, frames] to [batch, bands, frames].

        The loudest bin is at 0 dB behind the equaliser.
        """
        decibels = decibels + parameters["flutter"]
        decibels = decibels + parameters["equaliser"].unsqueeze(2)
        decibels = decibels - decibels.amax(dim=(1, 2), keepdim=True)
        decibels = power_sum(decibels, parameters["noise"])
        bands = _shares(decibels.shape[1], decibels)
        above = (bands >= parameters["limit"]).unsqueeze(2)
        below = (bands < parameters["cut"]).unsqueeze(2)
        frames = _shares(decibels.shape[2], decibels)
        start, length = parameters["start"], parameters["length"]
        masked = (frames >= start) & (frames < start + length)
        decibels = torch.where(below, decibels - self.cut_db, decibels)
        return decibels.masked_fill(above | masked.unsqueeze(1), FLOOR_DB)

    def _flutter(self, decibels, own):
        """Another level for each bin: [batch, bands, frames]."""
        batch, bands, frames = decibels.shape
        regions = normal(decibels, own, _REGIONS * frames)
        regions = regions.view(batch, _REGIONS, frames)
        regions = regions.transpose(1, 2).flatten(0, 1)
        regions = over_bands(regions, bands).view(batch, frames, bands)
        strength = self.flutter_db * uniform(decibels, own).unsqueeze(2)
        return strength * (
            _REGION_SHARE * regions.transpose(1, 2)
            + _BIN_SHARE * _bins(decibels, own)
        )

    def _noise_floor(self, decibels, streams):
        """Level and slope of the noise: [batch, bands]."""
        level = uniform(decibels, streams, *self.noise_db)
        slope = uniform(decibels, streams, *self.noise_slope_db)
        rise = torch.linspace(0, 1, decibels.shape[1], device=decibels.device)
        return level + slope * rise.to(decibels.dtype)

    @staticmethod
    def _chosen(decibels, streams, probability):
        """Who gets it: [batch, 1], bool."""
        return uniform(decibels, streams) < probability


def over_bands(points, bands):
    """Straight lines through points: [batch, points] to [batch, bands].

    Example
    -------
    >>> over_bands(torch.tensor([[0.0, 1.0]]), bands=3)
    tensor([[0.0000, 0.5000, 1.0000]])
    """
    lines = F.interpolate(
        points.unsqueeze(1), bands, mode="linear", align_corners=True
    )
    return lines.squeeze(1)


def power_sum(first, second):
    """Decibels of the sum of two powers, given in decibels.

    Example
    -------
    >>> power_sum(torch.tensor([0.0, 7.0]), torch.tensor([0.0, -torch.inf]))
    tensor([3.0103, 7.0000])
    """
    tenth = 10 / torch.log(torch.tensor(10.0)).item()
    return tenth * torch.logaddexp(first / tenth, second / tenth)


def _bins(decibels, streams):
    """A normal draw for each bin: [batch, bands, frames]."""
    return normal(decibels, streams, decibels[0].numel()).view_as(decibels)


def _shares(count, like):
    return torch.arange(count, device=like.device, dtype=like.dtype) / count
