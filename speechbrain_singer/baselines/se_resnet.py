"""ResNets with squeeze-and-excitation, as clovaai's speaker encoders have them.

The modules are named as in their published checkpoints.
"""

import torch
from torch import nn

_BLOCKS = (3, 4, 6, 3)  # of the four stages, as in ResNet-34
_REDUCTION = 8  # of the channels in squeeze-and-excitation
_DIMENSION = 512


class SqueezeExcitation(nn.Module):
    """Channels weighted by what they hold on average (Hu et al., CVPR 2018).

    Arguments
    ---------
    channels : int

    Example
    -------
    >>> SqueezeExcitation(16)(torch.randn(2, 16, 5, 7)).shape
    torch.Size([2, 16, 5, 7])
    """

    def __init__(self, channels):
        super().__init__()
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // _REDUCTION),
            nn.ReLU(),
            nn.Linear(channels // _REDUCTION, channels),
            nn.Sigmoid(),
        )

    def forward(self, maps):
        """Weights feature maps, [batch, channels, bands, frames]."""
        return maps * self.fc(maps.mean(dim=(2, 3)))[:, :, None, None]


class Block(nn.Module):
    """Two convolutions beside a shortcut; ReLU stands before batch norm.

    Arguments
    ---------
    in_channels : int
    channels : int
    stride : int
        Of the first convolution and of the shortcut.

    Example
    -------
    >>> Block(16, 32, stride=2)(torch.randn(2, 16, 40, 50)).shape
    torch.Size([2, 32, 20, 25])
    """

    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, 3, stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.se = SqueezeExcitation(channels)
        self.downsample = None
        if in_channels != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, channels, 1, stride, bias=False),
                nn.BatchNorm2d(channels),
            )

    def forward(self, maps):
        """[batch, in_channels, ...] to [batch, channels, ...]."""
        shortcut = maps if self.downsample is None else self.downsample(maps)
        maps = self.bn1(self.conv1(maps).relu())
        maps = self.se(self.bn2(self.conv2(maps)))
        return (maps + shortcut).relu()


class _SEResNet(nn.Module):
    """The four stages, with strides in bands and frames alike."""

    def __init__(self, filters, strides):
        super().__init__()
        channels = filters[0]
        sizes = zip(filters, _BLOCKS, strides, strict=True)
        for i, (size, blocks, stride) in enumerate(sizes, start=1):
            stage = [Block(channels, size, stride)]
            stage += [Block(size, size) for _ in range(blocks - 1)]
            setattr(self, f"layer{i}", nn.Sequential(*stage))
            channels = size

    def stages(self, maps):
        maps = self.layer2(self.layer1(maps))
        return self.layer4(self.layer3(maps))


class ResNetSE34L(_SEResNet):
    """Fast ResNet-34: a quarter of the channels, self-attentive pooling.

    Chung et al., "In defence of metric learning for speaker recognition",
    Interspeech 2020.

    Example
    -------
    >>> ResNetSE34L()(torch.randn(2, 40, 100)).shape
    torch.Size([2, 512])
    """

    def __init__(self):
        super().__init__(filters=(16, 32, 64, 128), strides=(1, 2, 2, 1))
        self.conv1 = nn.Conv2d(1, 16, 7, (2, 1), padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.sap_linear = nn.Linear(128, 128)
        self.attention = nn.Parameter(torch.empty(128, 1))
        nn.init.xavier_normal_(self.attention)
        self.fc = nn.Linear(128, _DIMENSION)

    def forward(self, features):
        """Log-mel spectrograms, [batch, 40, frames], to [batch, 512]."""
        maps = self.bn1(self.conv1(features.unsqueeze(1))).relu()
        frames = self.stages(maps).mean(dim=2).transpose(1, 2)
        scores = self.sap_linear(frames).tanh() @ self.attention
        return self.fc((frames * scores.softmax(dim=1)).sum(dim=1))


class ResNetSE34V2(_SEResNet):
    """Half of ResNet-34's channels and attentive statistics pooling.

    The H/ASP system of Kwon et al., "The ins and outs of speaker recognition:
    lessons from VoxSRC 2020", ICASSP 2021.

    Example
    -------
    >>> ResNetSE34V2()(torch.randn(2, 64, 100)).shape
    torch.Size([2, 512])
    """

    def __init__(self):
        super().__init__(filters=(32, 64, 128, 256), strides=(1, 2, 2, 2))
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(32)
        rows = 256 * 64 // 8  # channels, times the bands that are left of 64
        self.attention = nn.Sequential(
            nn.Conv1d(rows, 128, 1),
            nn.ReLU(),
            nn.BatchNorm1d(128),
            nn.Conv1d(128, rows, 1),
            nn.Softmax(dim=2),
        )
        self.fc = nn.Linear(2 * rows, _DIMENSION)

    def forward(self, features):
        """Log-mel spectrograms, [batch, 64, frames], to [batch, 512]."""
        maps = self.bn1(self.conv1(features.unsqueeze(1)).relu())
        frames = self.stages(maps).flatten(1, 2)
        weights = self.attention(frames)
        mean = (frames * weights).sum(dim=2)
        square = (frames.square() * weights).sum(dim=2)
        std = (square - mean.square()).clamp(min=1e-5).sqrt()
        return self.fc(torch.cat([mean, std], dim=1))
