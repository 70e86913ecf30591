"""Encoders of a front end's layers: one vector for a clip, or for a frame."""

import torch

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.layer_weights import LayerWeights


class LayerPooling(torch.nn.Module):
    """The layers of a front end to one vector for each clip.

    As published (Yamamoto, "Toward leveraging pre-trained self-supervised
    frontends for automatic singing voice understanding tasks", APSIPA 2023):
    the weighted sum of the layers and its mean over the frames, for
    techniques; for singers with a linear layer for each frame between them.
    Nothing in between bends, and so the mean comes first: 249 frames take one
    product.

    Arguments
    ---------
    layers : int
        Of the front end.
    width : int
        Of a layer.
    projected : bool
        Whether there is a linear layer.

    Attributes
    ----------
    embedding_dim : int
        The width.
    layer_weights : LayerWeights
    pools_frames : bool
        That the mean over the frames may as well be taken of its input.

    Example
    -------
    >>> layers = torch.randn(4, 249, 13, 768)
    >>> encoder = LayerPooling(13, 768, projected=True)
    >>> encoder(layers).shape
    torch.Size([4, 768])
    >>> means = layers.mean(dim=1, keepdim=True)
    >>> torch.allclose(encoder(means), encoder(layers), atol=1e-5)
    True
    """

    pools_frames = True

    def __init__(self, layers, width, projected=False):
        super().__init__()
        check_whole("width of a layer", width, least=1)
        self.layers = layers
        self.width = width
        self.projected = projected
        self.embedding_dim = width
        self.layer_weights = LayerWeights(layers)
        self.linear = torch.nn.Identity()
        if projected:
            self.linear = torch.nn.Linear(width, width)

    def forward(self, layers):
        """[batch, frames, layers, width] to [batch, width]."""
        means = layers.mean(dim=1, keepdim=True)
        return self.linear(self.layer_weights(means).squeeze(1))


class LayerFrames(torch.nn.Module):
    """The layers of a front end to one vector for each frame: their sum.

    Arguments
    ---------
    layers : int
        Of the front end.
    width : int
        Of a layer.

    Attributes
    ----------
    embedding_dim : int
        The width.
    layer_weights : LayerWeights
    pools_frames : bool
        False: each frame matters.

    Example
    -------
    >>> LayerFrames(13, 768)(torch.randn(4, 249, 13, 768)).shape
    torch.Size([4, 249, 768])
    """

    pools_frames = False

    def __init__(self, layers, width):
        super().__init__()
        check_whole("width of a layer", width, least=1)
        self.layers = layers
        self.width = width
        self.embedding_dim = width
        self.layer_weights = LayerWeights(layers)

    def forward(self, layers):
        """[batch, frames, layers, width] to [batch, frames, width]."""
        return self.layer_weights(layers)
