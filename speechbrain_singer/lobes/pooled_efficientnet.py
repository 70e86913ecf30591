"""torchvision's EfficientNets, of which the last maps' maxima are kept."""

import torch

from speechbrain_singer.lobes.efficientnet import EfficientNet


class PooledEfficientNet(EfficientNet):
    """An EfficientNet whose embedding is its last feature map, pooled.

    As published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025, after Saeed et
    al., "COLA", ICASSP 2021): the maximum of each channel over bands and
    frames, without a classifier. It starts as `EfficientNet` does.

    Arguments
    ---------
    name, stochastic_depth, pretrained
        As `EfficientNet` has them.

    Attributes
    ----------
    embedding_dim : int
        1280 of `efficientnet_b0`.

    Example
    -------
    >>> PooledEfficientNet().eval()(torch.rand(2, 64, 98)).shape
    torch.Size([2, 1280])
    """

    def __init__(
        self, name="efficientnet_b0", stochastic_depth=0.2, pretrained=False
    ):
        super().__init__(name, 1, 0.0, stochastic_depth, pretrained)
        self.embedding_dim = self.net.classifier[-1].in_features
        self.net.avgpool = torch.nn.AdaptiveMaxPool2d(1)
        self.net.classifier = torch.nn.Identity()
