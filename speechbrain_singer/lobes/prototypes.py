"""The two parts of DINO's head: to a bottleneck, and to prototypes."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_whole
from speechbrain_singer.lobes.whitening import Whitening


class BottleneckHead(torch.nn.Module):
    """Embeddings to directions: three linear layers, GELU between, L2 norm.

    As published (Caron et al., "DINO", ICCV 2021). An encoder that starts from
    random weights maps all voices to nearly one direction, and the directions
    are whitened before the norm.

    Arguments
    ---------
    input_dim : int
        Dimension of the embeddings.
    hidden_dim : int
    output_dim : int
        Dimension of the bottleneck.
    whiten : bool
        Whether to whiten before the norm is taken.

    Example
    -------
    >>> directions = BottleneckHead()(torch.randn(4, 1000))
    >>> directions.shape
    torch.Size([4, 256])
    >>> torch.allclose(directions.norm(dim=1), torch.ones(4))
    True
    """

    def __init__(
        self, input_dim=1000, hidden_dim=2048, output_dim=256, whiten=False
    ):
        super().__init__()
        check_whole("dimension of the bottleneck", output_dim, least=1)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(input_dim, hidden_dim),
            torch.nn.GELU(),
            torch.nn.Linear(hidden_dim, hidden_dim),
            torch.nn.GELU(),
            torch.nn.Linear(hidden_dim, output_dim),
        )
        for layer in self.layers[::2]:
            torch.nn.init.trunc_normal_(layer.weight, std=0.02)
            torch.nn.init.zeros_(layer.bias)
        self.whitening = Whitening(output_dim) if whiten else None

    def forward(self, embeddings):
        """[batch, input_dim] to [batch, output_dim], rows of length 1."""
        directions = self.layers(embeddings)
        if self.whitening is not None:
            directions = self.whitening(directions)
        # Lengths and what follows from them need more than 8 bits
        return F.normalize(directions.float(), dim=-1)


class Prototypes(torch.nn.Module):
    """Directions to logits: their cosines with prototypes, which are learned.

    A linear layer without bias, whose weights are normalised row by row; their
    lengths are 1 and not learned (Caron et al., "DINO", ICCV 2021).

    Arguments
    ---------
    input_dim : int
        Dimension of the directions.
    prototypes : int

    Example
    -------
    >>> prototypes = Prototypes(2, 3)
    >>> direction = F.normalize(prototypes.weight[:1], dim=1)
    >>> round(prototypes(direction)[0, 0].item(), 4)
    1.0
    """

    def __init__(self, input_dim=256, prototypes=65536):
        super().__init__()
        check_whole("number of prototypes", prototypes, least=2)
        self.weight = torch.nn.Parameter(torch.empty(prototypes, input_dim))
        torch.nn.init.trunc_normal_(self.weight)

    def forward(self, directions):
        """[batch, input_dim], of length 1, to [batch, prototypes]."""
        return F.linear(directions, F.normalize(self.weight, dim=1))
