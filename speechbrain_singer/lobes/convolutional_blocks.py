"""Blocks of convolutions: vanilla, residual, and residual in groups."""

from functools import partial

import torch
import torch.nn.functional as F


class ConvReluNorm(torch.nn.Module):
    """Convolution that keeps the size, then ReLU, then batch normalisation.

    In this order, as published: the normalisation is of what the ReLU leaves.
    Of a kernel of even size, the smaller half of the padding comes before.

    Arguments
    ---------
    input_channels, output_channels : int
    kernel_size : int
        In both directions.
    groups : int

    Example
    -------
    >>> ConvReluNorm(1, 4, kernel_size=10)(torch.rand(2, 1, 32, 24)).shape
    torch.Size([2, 4, 32, 24])
    """

    def __init__(self, input_channels, output_channels, kernel_size, groups=1):
        super().__init__()
        # torch pads an odd kernel without a copy, and an even one with a
        # warning about the copy
        self.is_even = kernel_size % 2 == 0
        before = (kernel_size - 1) // 2
        self.before, self.after = before, kernel_size - 1 - before
        self.conv = torch.nn.Conv2d(
            input_channels,
            output_channels,
            kernel_size,
            padding=0 if self.is_even else before,
            groups=groups,
        )
        self.norm = torch.nn.BatchNorm2d(output_channels)

    def forward(self, images):
        """[batch, channels, height, width], the size stays."""
        images = self.convolve(images, self.conv.weight, self.conv.bias)
        return self.norm(F.relu(images, inplace=True))

    def convolve(self, images, weight, bias):
        """The convolution alone."""
        if self.is_even:
            images = F.pad(images, 2 * (self.before, self.after))
        conv = self.conv
        return F.conv2d(
            images, weight, bias, padding=conv.padding, groups=conv.groups
        )


class PooledConvReluNorm(ConvReluNorm):
    """The same with 2 x 2 max pooling after it.

    In evaluation the pooling comes first, which gives the same at a quarter of
    the work: neither the ReLU nor a normalisation of fixed statistics changes
    which of four values is the largest. Where its scale is negative, and makes
    the largest the smallest, the sign of the kernel is turned for the pooling.

    Example
    -------
    >>> PooledConvReluNorm(1, 4, kernel_size=10)(torch.rand(2, 1, 32, 24)).shape
    torch.Size([2, 4, 16, 12])
    """

    def forward(self, images):
        """[batch, channels, height, width], of which half is left."""
        # What matters is the normalisation: its statistics may be taken anew
        # while all else is in evaluation mode
        if self.norm.training:
            return F.max_pool2d(super().forward(images), 2)
        sign = torch.where(self.norm.weight < 0, -1.0, 1.0).view(-1, 1, 1)
        weight = self.conv.weight * sign.unsqueeze(-1)
        images = self.convolve(images, weight, self.conv.bias * sign.flatten())
        images = F.max_pool2d(images, 2) * sign
        return self.norm(F.relu(images, inplace=True))


class VanillaBlock(torch.nn.Sequential):
    """Two 5 x 5 convolutions.

    Arguments
    ---------
    input_channels, output_channels : int

    Example
    -------
    >>> VanillaBlock(2, 4)(torch.rand(2, 2, 16, 12)).shape
    torch.Size([2, 4, 16, 12])
    """

    def __init__(self, input_channels, output_channels):
        super().__init__(
            ConvReluNorm(input_channels, output_channels, 5),
            ConvReluNorm(output_channels, output_channels, 5),
        )


class ResidualBlock(torch.nn.Module):
    """A bottleneck beside a shortcut: 1 x 1, 5 x 5 in groups, 1 x 1.

    The bottleneck has half of the output channels (Xie et al., "Aggregated
    residual transformations for deep neural networks", CVPR 2017). Where the
    number of channels changes, the shortcut is a 1 x 1 convolution; nothing
    comes after the sum.

    Arguments
    ---------
    input_channels, output_channels : int
    cardinality : int
        Number of groups; 1 is a ResNet's block.

    Example
    -------
    >>> ResidualBlock(2, 8, cardinality=4)(torch.rand(2, 2, 16, 12)).shape
    torch.Size([2, 8, 16, 12])
    """

    def __init__(self, input_channels, output_channels, cardinality):
        super().__init__()
        width = output_channels // 2
        if output_channels % 2 or width % cardinality:
            raise ValueError(
                f"{output_channels} channels: half of them, the bottleneck, "
                f"must be a multiple of the cardinality, {cardinality}"
            )
        self.bottleneck = torch.nn.Sequential(
            ConvReluNorm(input_channels, width, 1),
            ConvReluNorm(width, width, 5, groups=cardinality),
            ConvReluNorm(width, output_channels, 1),
        )
        self.shortcut = torch.nn.Identity()
        if input_channels != output_channels:
            self.shortcut = torch.nn.Conv2d(input_channels, output_channels, 1)

    def forward(self, images):
        """[batch, channels, height, width], the size stays."""
        return self.bottleneck(images).add_(self.shortcut(images))


BLOCKS = {
    "vanilla": VanillaBlock,
    "resnet": partial(ResidualBlock, cardinality=1),
    "resnext": partial(ResidualBlock, cardinality=4),
}
