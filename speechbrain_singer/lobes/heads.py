"""The heads that an encoder is trained through; most are dropped after."""

import torch
import torch.nn.functional as F

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.lobes.whitening import Whitening


class ProjectionHead(torch.nn.Module):
    """Embeddings to projections on the unit sphere: SiLU, linear, L2 norm.

    As published (Torres et al., ISMIR 2023), where the encoder starts from
    ImageNet weights. One that starts from random weights maps all voices to
    nearly one direction, and the projections are whitened before the norm.

    Arguments
    ---------
    input_dim : int
        Dimension of the embeddings.
    output_dim : int
        Dimension of the projections.
    whiten : bool
        Whether to whiten the projections before their norm is taken.

    Example
    -------
    >>> projections = ProjectionHead()(torch.randn(4, 1000))
    >>> projections.shape
    torch.Size([4, 128])
    >>> torch.allclose(projections.norm(dim=1), torch.ones(4))
    True
    """

    def __init__(self, input_dim=1000, output_dim=128, whiten=False):
        super().__init__()
        check_whole("dimension of the projections", output_dim, least=1)
        self.linear = torch.nn.Linear(input_dim, output_dim)
        self.whitening = Whitening(output_dim) if whiten else None

    def forward(self, embeddings):
        """[batch, input_dim] to [batch, output_dim], rows of length 1."""
        projections = self.linear(F.silu(embeddings))
        if self.whitening is not None:
            projections = self.whitening(projections)
        # Lengths and what follows from them need more than 8 bits
        return F.normalize(projections.float(), dim=-1)


class BilinearHead(torch.nn.Module):
    """Embeddings to projections for `BilinearLoss`: linear, layer norm, tanh.

    As published (Garoufis, Zlatintsi and Maragos, "CVSM", 2025, after Saeed et
    al., "COLA", ICASSP 2021).

    Arguments
    ---------
    input_dim : int
        Dimension of the embeddings.
    output_dim : int
        Dimension of the projections.

    Example
    -------
    >>> BilinearHead()(torch.randn(4, 1280)).shape
    torch.Size([4, 512])
    """

    def __init__(self, input_dim=1280, output_dim=512):
        super().__init__()
        check_whole("dimension of the projections", output_dim, least=1)
        self.linear = torch.nn.Linear(input_dim, output_dim)
        self.norm = torch.nn.LayerNorm(output_dim)

    def forward(self, embeddings):
        """[batch, input_dim] to [batch, output_dim], within (-1, 1)."""
        return self.norm(self.linear(embeddings)).tanh()


class PredictionHead(torch.nn.Module):
    """BYOL's predictor: linear, batch norm, ReLU, linear.

    As published (Torres et al., ISMIR 2023, after Grill et al., NeurIPS
    2020).

    Arguments
    ---------
    dim : int
        Dimension of the projections.
    hidden_dim : int

    Example
    -------
    >>> PredictionHead()(torch.randn(4, 128)).shape
    torch.Size([4, 128])
    """

    def __init__(self, dim=128, hidden_dim=1024):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(dim, hidden_dim, bias=False),
            torch.nn.BatchNorm1d(hidden_dim),
            torch.nn.ReLU(inplace=True),
            torch.nn.Linear(hidden_dim, dim),
        )

    def forward(self, projections):
        """[batch, dim] to [batch, dim]."""
        return self.layers(projections)


class ClassifierHead(torch.nn.Module):
    """Embeddings to one logit for each name: a linear layer.

    Arguments
    ---------
    input_dim : int
        Dimension of the embeddings.
    names : list of str
        Of the classes, such as singers, in the order of the logits.
    dropout : float
        Of the embeddings, in training.

    Raises
    ------
    ValueError
        If there are fewer than two names, one is there twice or no text, or
        the dropout is no share.

    Example
    -------
    >>> head = ClassifierHead(1024, ["ann", "bob", "007"])
    >>> head(torch.randn(4, 1024)).shape
    torch.Size([4, 3])
    """

    def __init__(self, input_dim, names, dropout=0.0):
        super().__init__()
        check_whole("dimension of the embeddings", input_dim, least=1)
        _check_names(names)
        check_number("dropout", dropout, least=0, most=1)
        self.input_dim = input_dim
        self.names = list(names)
        self.dropout = dropout
        self.linear = torch.nn.Linear(input_dim, len(self.names))

    def forward(self, embeddings):
        """[batch, input_dim] to logits, [batch, classes]."""
        kept = F.dropout(embeddings, self.dropout, self.training)
        return self.linear(kept)


def with_heads(encoder, **heads):
    """The module whose parameters are those of all, or the encoder alone.

    Arguments
    ---------
    encoder : torch.nn.Module
    **heads : torch.nn.Module or None
        By name; None stands for none.

    Returns
    -------
    module : torch.nn.Module
    """
    heads = {name: head for name, head in heads.items() if head is not None}
    if not heads:
        return encoder
    return torch.nn.ModuleDict({"encoder": encoder, **heads})


def _check_names(names):
    if isinstance(names, str) or len(names) < 2:
        raise ValueError(
            f"names: {names!r}: a classifier needs a list of two at least"
        )
    seen = set()
    for name in names:
        if not isinstance(name, str) or not name:
            raise ValueError(f"names: {name!r}: a name has to be text")
        if name in seen:
            raise ValueError(f"names: {name!r} is there twice")
        seen.add(name)
