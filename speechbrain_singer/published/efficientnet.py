"""The network of the published singer encoders."""

import torch

# Of the pictures that torchvision's networks are trained on
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


class PublishedEfficientNet(torch.nn.Module):
    """torchvision's EfficientNet-B0 on a spectrogram copied to three channels.

    Each channel is standardised as ImageNet's red, green and blue are. Unlike
    in :class:`~speechbrain_singer.lobes.efficientnet.EfficientNet` the three
    cannot be folded into one: the first convolution pads with zeros after the
    standardisation, so that what stands beyond the border is another level in
    each channel. The parameters keep torchvision's names, below `net`.

    Example
    -------
    >>> encoder = PublishedEfficientNet().eval()
    >>> encoder(torch.rand(2, 128, 87)).shape
    torch.Size([2, 1000])
    """

    embedding_dim = 1000

    def __init__(self):
        super().__init__()
        # It takes a second to import: where it is used, not before
        from torchvision import models

        self.net = models.efficientnet_b0(num_classes=self.embedding_dim)
        self.register_buffer("mean", torch.tensor(_MEAN), persistent=False)
        self.register_buffer("std", torch.tensor(_STD), persistent=False)
        self.to(memory_format=torch.channels_last)

    def forward(self, features):
        """Embeds spectrograms: [batch, bands, frames] to [batch, 1000]."""
        return self.net(self._images(features))

    def frame_vectors(self, features):
        """Its last feature map, averaged over the bands.

        [batch, bands, frames] to [batch, frames / 32 rounded up, 1280].
        """
        maps = self.net.features(self._images(features))
        return maps.mean(dim=2).transpose(1, 2)

    def _images(self, features):
        images = (features.unsqueeze(-1) - self.mean) / self.std
        # The channels stay last in memory, as the convolutions like them
        images = images.permute(0, 3, 1, 2)
        if torch.compiler.is_exporting():  # that ties programs to a length
            return images.clone(memory_format=torch.contiguous_format)
        return images
