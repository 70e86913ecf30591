"""A small residual network for voices: convolutions over bands and time."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.attentive_statistics import AttentiveStatistics
from speechbrain_singer.lobes.images import as_images

_MOST_BLOCKS = 64  # of all stages together


class VoiceResNet(torch.nn.Module):
    """Embeds a spectrogram of any length.

    A ResNet (He et al., CVPR 2016) with one channel in: a 5 x 5 convolution
    with stride 2, stages of basic blocks, of which all but the first begin
    with stride 2, attentive statistics over the frames of what is left, and
    one linear layer. Small enough for a CPU.

    Arguments
    ---------
    n_mels : int
        Bands of the spectrograms.
    channels : list of int
        Of each stage.
    blocks : list of int
        Of each stage.
    embedding_dim : int

    Raises
    ------
    ValueError
        If the stages do not fit, or a size makes no sense.

    Example
    -------
    >>> network = VoiceResNet(channels=(4, 8), blocks=(1, 1), embedding_dim=6)
    >>> network(torch.randn(2, 80, 70)).shape
    torch.Size([2, 6])
    """

    def __init__(
        self,
        n_mels=80,
        channels=(32, 64, 128, 256),
        blocks=(2, 2, 2, 2),
        embedding_dim=256,
    ):
        super().__init__()
        _check_sizes(n_mels, channels, blocks, embedding_dim)
        self.n_mels = n_mels
        self.channels = list(channels)
        self.blocks = list(blocks)
        self.embedding_dim = embedding_dim
        self.stem = torch.nn.Sequential(
            torch.nn.Conv2d(1, channels[0], 5, 2, 2, bias=False),
            torch.nn.BatchNorm2d(channels[0]),
            torch.nn.ReLU(inplace=True),
        )
        self.stages = _stages(self.channels, self.blocks)
        dim = channels[-1] * -(-n_mels // 2 ** len(self.channels))
        self.pooling = AttentiveStatistics(dim)
        self.output = torch.nn.Sequential(
            torch.nn.BatchNorm1d(2 * dim),
            torch.nn.Linear(2 * dim, embedding_dim),
        )
        self.to(memory_format=torch.channels_last)

    def forward(self, features):
        """Embeds spectrograms.

        Arguments
        ---------
        features : torch.Tensor
            [batch, n_mels, frames]

        Returns
        -------
        embeddings : torch.Tensor
            [batch, embedding_dim]

        Raises
        ------
        ValueError
            If there are other bands than it is built for.
        """
        if features.shape[1] != self.n_mels:
            raise ValueError(
                f"{features.shape[1]} bands, but the network is built for "
                f"{self.n_mels}: give it those, or build it for others"
            )
        images = self.stem(as_images(features))
        frames = self.stages(images).flatten(1, 2)
        return self.output(self.pooling(frames))

    @torch.no_grad()
    def absorb(self, matrix):
        """Multiplies all embeddings by a matrix from now on.

        Arguments
        ---------
        matrix : torch.Tensor
            [embedding_dim, embedding_dim]
        """
        linear = self.output[-1]
        matrix = matrix.to(linear.weight)
        linear.weight.copy_(matrix @ linear.weight)
        linear.bias.copy_(matrix @ linear.bias)


class BasicBlock(torch.nn.Module):
    """Two 3 x 3 convolutions beside a shortcut (He et al., figure 2).

    Arguments
    ---------
    inputs, outputs : int
        Channels.
    stride : int

    Example
    -------
    >>> BasicBlock(2, 4, stride=2)(torch.randn(3, 2, 8, 5)).shape
    torch.Size([3, 4, 4, 3])
    """

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.first = _convolution(inputs, outputs, 3, stride)
        self.second = _convolution(outputs, outputs, 3)
        self.stride = stride
        self.shortcut = torch.nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = _convolution(inputs, outputs, 1)

    def forward(self, images):
        """[batch, inputs, bands, frames] to half of these at stride 2."""
        changed = self.second(F.relu(self.first(images), inplace=True))
        # Not a stride of the 1 x 1 convolution: oneDNN's gradients of one with
        # few channels are wrong, or it crashes, where AVX2 is all there is
        kept = images[..., :: self.stride, :: self.stride]
        return F.relu(self.shortcut(kept) + changed, inplace=True)


def _convolution(inputs, outputs, size, stride=1):
    return torch.nn.Sequential(
        torch.nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        torch.nn.BatchNorm2d(outputs),
    )


def _stages(channels, blocks):
    layers, inputs = [], channels[0]
    for stage, (outputs, count) in enumerate(
        zip(channels, blocks, strict=True)
    ):
        for block in range(count):
            stride = 2 if stage and not block else 1
            layers.append(BasicBlock(inputs, outputs, stride))
            inputs = outputs
    return torch.nn.Sequential(*layers)


def _check_sizes(n_mels, channels, blocks, embedding_dim):
    check_whole("n_mels", n_mels, least=1)
    check_whole("embedding_dim", embedding_dim, least=1)
    if len(channels) != len(blocks) or not channels:
        raise ValueError(
            f"{len(channels)} channels and {len(blocks)} blocks: one of each "
            "for every stage"
        )
    for count in (*channels, *blocks):
        check_whole("channels and blocks of a stage", count, least=1)
    check_whole("blocks in all", sum(blocks), least=1, most=_MOST_BLOCKS)
