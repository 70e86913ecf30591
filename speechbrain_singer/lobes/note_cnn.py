"""A small CNN that looks at each frame of a constant-Q transform."""

import torch

from speechbrain_singer.checks import check_whole

_CHANNELS = 16
_LAST_CHANNELS = 8  # of the images, for each of their bins
_HIDDEN = 192
_SIZES = (5, 3, 3, 3, 5)  # of the kernels, in frames


class NoteCNN(torch.nn.Module):
    """A vector for each frame, for a `NotesHead` to say what is sung in it.

    Convolutions over the image, pooling over two bins and never over frames, a
    layer that sees all bins, and one more over the frames. A vector depends on
    15 frames: 0.35 s at 43 a second, and less at more. It is small enough to
    be trained on one core.

    Arguments
    ---------
    bins : int
        Of the images, such as those of `CQTDecibels`.
    embedding_dim : int
        Of a frame's vector.

    Attributes
    ----------
    reach : int
        Frames on either side that a frame's vector depends on.

    Raises
    ------
    ValueError
        If a size makes no sense.

    Example
    -------
    >>> network = NoteCNN()
    >>> network(torch.rand(2, 168, 215)).shape, network.reach
    (torch.Size([2, 215, 128]), 7)
    >>> sum(parameter.numel() for parameter in network.parameters())
    514890
    """

    reach = sum(size // 2 for size in _SIZES)

    def __init__(self, bins=168, embedding_dim=128):
        super().__init__()
        check_whole("bins", bins, least=2, most=2**12)
        check_whole("embedding_dim", embedding_dim, least=1, most=2**12)
        self.bins = bins
        self.embedding_dim = embedding_dim
        first, second, third, fourth, fifth = _SIZES
        # The level of what it gets is that of decibels, up to 60 or so
        self.norm = torch.nn.BatchNorm2d(1)
        self.images = torch.nn.Sequential(
            torch.nn.Conv2d(1, _CHANNELS, (5, first), padding=(2, first // 2)),
            torch.nn.MaxPool2d((2, 1)),
            *_norm_2d(_CHANNELS),
            *_layer_2d(_CHANNELS, _CHANNELS, second),
            *_layer_2d(_CHANNELS, _LAST_CHANNELS, third),
        )
        # A third faster in training, on a CPU
        self.images.to(memory_format=torch.channels_last)
        self.frames = torch.nn.Sequential(
            *_layer_1d(_LAST_CHANNELS * (bins // 2), _HIDDEN, fourth),
            *_layer_1d(_HIDDEN, embedding_dim, fifth),
        )

    def forward(self, features):
        """[batch, bins, frames] to [batch, frames, embedding_dim].

        A ValueError if there are other bins than it is built for.
        """
        if features.shape[1] != self.bins:
            raise ValueError(
                f"{features.shape[1]} bins, but the network is built for "
                f"{self.bins}: give it those, or set `bins`"
            )
        images = self.images(self.norm(features.unsqueeze(1)))
        return self.frames(images.flatten(1, 2)).transpose(1, 2)


def _layer_2d(before, channels, size):
    conv = torch.nn.Conv2d(before, channels, (3, size), padding=(1, size // 2))
    return conv, *_norm_2d(channels)


def _norm_2d(channels):
    return torch.nn.BatchNorm2d(channels), torch.nn.ReLU(inplace=True)


def _layer_1d(before, channels, size):
    return (
        torch.nn.Conv1d(before, channels, size, padding=size // 2),
        torch.nn.BatchNorm1d(channels),
        torch.nn.ReLU(inplace=True),
    )
