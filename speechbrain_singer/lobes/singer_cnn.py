"""The singer CNN: convolutions, aggregation over the frames, dense layers."""

import torch

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.lobes.aggregation import build_aggregation
from speechbrain_singer.lobes.convolutional_blocks import (
    BLOCKS,
    PooledConvReluNorm,
)


class SingerCNN(torch.nn.Module):
    """Embeds a window of a spectrogram, as published (the DAMP paper).

    That is Wang and Tzanetakis, "Singing style investigation by residual
    siamese convolutional neural networks", ICASSP 2018. A 10 x 10
    convolution, 2 x 2 max pooling and blocks, with more pooling in between;
    the channels and bands that are left make up a frame's vector, and one
    vector of all frames goes through three dense layers with ReLU. The pools
    are where the published numbers of parameters want them: after the first
    layer; then after the block, if it is the only one, or after every second
    block but the last.

    Arguments
    ---------
    block : str
        vanilla, resnet or resnext.
    first_channels : int
        Of the 10 x 10 convolution.
    channels : list of int
        Of the blocks.
    bands : int
        Of the spectrograms.
    frames : int
        Of the windows. It matters without aggregation only: then it is the
        number of frames that it is built for.
    aggregation : str
        Over the frames: none, max, average or attention.
    hidden_dim : int
        Of the three dense layers.
    output_dim : int, optional
        Of a linear layer after them. The embedding is what the last dense
        layer gives if left out.
    dropout : float
        After the last dense layer.

    Attributes
    ----------
    embedding_dim : int

    Raises
    ------
    ValueError
        If there is no such block or aggregation, or a size makes no sense.

    Example
    -------
    >>> features = 60 * torch.rand(2, 96, 256)
    >>> SingerCNN().eval()(features).shape
    torch.Size([2, 1024])
    >>> deep = SingerCNN(
    ...     first_channels=32, channels=[64] * 3 + [128] * 3, output_dim=16
    ... )
    >>> deep(features).shape, sum(p.numel() for p in deep.parameters())
    (torch.Size([2, 16]), 3860529)
    """

    def __init__(
        self,
        block="resnext",
        first_channels=64,
        channels=(128,),
        bands=96,
        frames=256,
        aggregation="attention",
        hidden_dim=1024,
        output_dim=None,
        dropout=0.1,
    ):
        super().__init__()
        _check_sizes(
            first_channels=first_channels,
            bands=bands,
            frames=frames,
            hidden_dim=hidden_dim,
            output_dim=hidden_dim if output_dim is None else output_dim,
        )
        check_number("dropout", dropout, least=0, most=1)
        self.block = block
        self.first_channels = first_channels
        self.channels = list(channels)
        self.bands = bands
        self.frames = frames
        self.aggregation = aggregation
        self.hidden_dim = hidden_dim
        self.output_dim = output_dim
        self.dropout = dropout
        self.convolutions = _convolutions(block, first_channels, self.channels)
        pools = sum(
            isinstance(layer, (PooledConvReluNorm, torch.nn.MaxPool2d))
            for layer in self.convolutions
        )
        self.shrinkage = 2**pools
        self._check_shape(bands, frames)
        self.aggregate = build_aggregation(
            aggregation,
            dim=self.channels[-1] * (bands // self.shrinkage),
            frames=frames // self.shrinkage,
        )
        self.dense = _dense(self.aggregate.output_dim, hidden_dim, dropout)
        self.output = torch.nn.Identity()
        if output_dim is not None:
            self.output = torch.nn.Linear(hidden_dim, output_dim)
        # A third faster in training, on a CPU
        self.to(memory_format=torch.channels_last)

    @property
    def embedding_dim(self):
        """Dimension of the embeddings."""
        return self.hidden_dim if self.output_dim is None else self.output_dim

    @property
    def min_frames(self):
        """The fewest frames of a window: what the pools need, or all."""
        return self.frames if self._is_fixed else self.shrinkage

    @property
    def max_frames(self):
        """The most frames of a window; None where any number will do."""
        return self.frames if self._is_fixed else None

    @property
    def _is_fixed(self):
        return self.aggregation == "none"

    def frame_vectors(self, features):
        """What is aggregated: [batch, bands, frames] to [batch, frames, dim].

        There is a vector for so many frames as `shrinkage` says; its channels
        are the outer dimension, their bands the inner one.
        """
        self._check_shape(*features.shape[1:])
        images = features.transpose(1, 2).unsqueeze(1)
        images = self.convolutions(images)
        if images.requires_grad:
            images.register_hook(_channels_last)
        return images.transpose(1, 2).flatten(2)

    def forward(self, features):
        """Embeds windows.

        Arguments
        ---------
        features : torch.Tensor
            [batch, bands, frames]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, embedding_dim]

        Raises
        ------
        ValueError
            If the bands, or without aggregation the frames, are not as many
            as it is built for.
        """
        vectors = self.frame_vectors(features)
        return self.output(self.dense(self.aggregate(vectors)))

    def _check_shape(self, bands, frames):
        is_other = self._is_fixed and frames != self.frames
        if bands != self.bands or is_other:
            built_for = f"{self.bands} bands"
            if self._is_fixed:
                built_for += f" and, without aggregation, {self.frames} frames"
            raise ValueError(
                f"{bands} bands and {frames} frames, but the network is built "
                f"for {built_for}: give it those, or build it for others"
            )
        if min(bands, frames) < self.shrinkage:
            raise ValueError(
                f"{bands} bands and {frames} frames: the network's pools need "
                f"{self.shrinkage} of each"
            )


def _channels_last(gradient):
    """In the layout of the convolutions, which the vectors' is not."""
    return gradient.contiguous(memory_format=torch.channels_last)


def _check_sizes(**sizes):
    for name, size in sizes.items():
        check_whole(name, size, least=1)


def _convolutions(block, first_channels, channels):
    """First layer, blocks and pools: one channel to `channels[-1]`."""
    if block not in BLOCKS:
        raise ValueError(
            f"no block {block!r}; choose one of {', '.join(BLOCKS)}"
        )
    if not channels:
        raise ValueError("channels is empty: the network needs one block")
    layers = [PooledConvReluNorm(1, first_channels, 10)]
    for number, width in enumerate(channels, start=1):
        check_whole("channels", width, least=1)
        before = channels[number - 2] if number > 1 else first_channels
        layers.append(BLOCKS[block](before, width))
        is_last = number == len(channels)
        if len(channels) == 1 or (number % 2 == 0 and not is_last):
            layers.append(torch.nn.MaxPool2d(2))
    return torch.nn.Sequential(*layers)


def _dense(input_dim, hidden_dim, dropout):
    """Three layers with ReLU, and dropout after the last."""
    layers = []
    for size in (input_dim, hidden_dim, hidden_dim):
        layers += [torch.nn.Linear(size, hidden_dim), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Dropout(dropout))
