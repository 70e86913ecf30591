"""torchvision's EfficientNets as encoders of one-channel spectrograms."""

import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.images import as_images

_NEAR_LINEAR = 0.2


class EfficientNet(torch.nn.Module):
    """An EfficientNet whose classifier outputs are the embedding.

    The network is torchvision's, names of parameters included, but for its
    first convolution, which has one input channel: a kernel that was trained
    on three equal channels is summed over them, which gives the same result
    at a third of the reading (Torres et al., ISMIR 2023, copy the spectrogram
    three times).

    Random weights start near a linear map: batch norm scales to 0.2, where
    SiLU hardly bends, and residual branches to nothing (Goyal et al.,
    "Accurate, large minibatch SGD", 2017, section 5.1). Such a start keeps
    what the spectrogram says of a voice. torchvision's own loses most of it,
    and a method that learns from its own representation, as BYOL does, finds
    nothing to begin with.

    Arguments
    ---------
    name : str
        One of torchvision's, `efficientnet_b0` to `efficientnet_b7`,
        `efficientnet_v2_s`, `efficientnet_v2_m` or `efficientnet_v2_l`.
    embedding_dim : int
        Dimension of the embedding. The ImageNet classifier has 1000.
    dropout : float
        Before the classifier.
    stochastic_depth : float
        Probability that the last residual block is skipped in training; it
        falls linearly to 0 at the first.
    pretrained : bool
        Whether to start from ImageNet weights. They come from torch's hub
        cache, or from the network if they are not there.

    Raises
    ------
    ValueError
        If torchvision has no such network.
    RuntimeError
        If the ImageNet weights cannot be fetched.

    Example
    -------
    >>> encoder = EfficientNet().eval()
    >>> encoder(torch.rand(2, 128, 87)).shape
    torch.Size([2, 1000])
    """

    def __init__(
        self,
        name="efficientnet_b0",
        embedding_dim=1000,
        dropout=0.2,
        stochastic_depth=0.2,
        pretrained=False,
    ):
        super().__init__()
        check_whole("embedding_dim", embedding_dim, least=1)
        self.name = name
        self.embedding_dim = embedding_dim
        self.dropout = dropout
        self.stochastic_depth = stochastic_depth
        self.net = _build(
            name,
            pretrained,
            dropout=dropout,
            stochastic_depth_prob=stochastic_depth,
        )
        _sum_input_channels(self.net)
        classifier = self.net.classifier[-1]
        if classifier.out_features != embedding_dim:
            self.net.classifier[-1] = torch.nn.Linear(
                classifier.in_features, embedding_dim
            )
        self.to(memory_format=torch.channels_last)

    def forward(self, features):
        """Embeds spectrograms: [batch, bands, frames] to [batch, dim]."""
        return self.net(as_images(features))

    def frame_vectors(self, features):
        """Its last feature map, averaged over the bands.

        Their mean over the frames is what the classifier gets.

        [batch, bands, frames] to [batch, frames / 32 rounded up, dim].
        """
        maps = self.net.features(as_images(features))
        return maps.mean(dim=2).transpose(1, 2)


def _build(name, pretrained, **options):
    # torchvision.models takes a second to import: where it is used, not before
    from torchvision import models

    known = [n for n in models.list_models() if n.startswith("efficientnet")]
    if name not in known:
        raise ValueError(
            f"torchvision has no network {name!r}; choose one of "
            f"{', '.join(known)}"
        )
    if not pretrained:
        net = models.get_model(name, **options)
        _start_near_linear(net)
        return net
    weights = models.get_model_weights(name).DEFAULT
    try:
        return models.get_model(name, weights=weights, **options)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"the ImageNet weights of {name} cannot be fetched from "
            f"{weights.url} ({error}): put that file into "
            f"{torch.hub.get_dir()}/checkpoints, or start from random weights "
            "with pretrained: False"
        ) from error


def _start_near_linear(net):
    from torchvision.models.efficientnet import FusedMBConv, MBConv

    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.constant_(module.weight, _NEAR_LINEAR)
    for module in net.modules():
        if isinstance(module, (MBConv, FusedMBConv)) and module.use_res_connect:
            torch.nn.init.zeros_(module.block[-1][1].weight)


def _sum_input_channels(net):
    """Gives the first convolution one input channel, its kernels summed."""
    stem = net.features[0]
    three = stem[0]
    one = torch.nn.Conv2d(
        1,
        three.out_channels,
        three.kernel_size,
        three.stride,
        three.padding,
        bias=three.bias is not None,
    )
    with torch.no_grad():
        one.weight.copy_(three.weight.sum(dim=1, keepdim=True))
        if three.bias is not None:
            one.bias.copy_(three.bias)
    stem[0] = one
