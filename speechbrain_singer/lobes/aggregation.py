"""Frames to one vector: flattened, their maximum, mean or attention."""

import torch


class FlatFrames(torch.nn.Module):
    """All frames one after the other: no aggregation.

    Arguments
    ---------
    dim : int
        Of a frame.
    frames : int
        It takes so many and no others, as what comes after is built for them.

    Example
    -------
    >>> FlatFrames(dim=3, frames=2)(torch.arange(6.0).view(1, 2, 3))
    tensor([[0., 1., 2., 3., 4., 5.]])
    """

    def __init__(self, dim, frames):
        super().__init__()
        self.dim = dim
        self.frames = frames
        self.output_dim = frames * dim

    def forward(self, vectors):
        """[batch, frames, dim] to [batch, frames * dim].

        Raises
        ------
        ValueError
            If it is another number of frames.
        """
        if vectors.shape[1] != self.frames:
            raise ValueError(
                f"{vectors.shape[1]} frames, but without aggregation it is "
                f"built for {self.frames}: give it those, or an aggregation"
            )
        return vectors.flatten(1)


class MaxOverFrames(torch.nn.Module):
    """The maximum over the frames, dimension by dimension.

    Example
    -------
    >>> MaxOverFrames(dim=2)(torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]))
    tensor([[1., 2.]])
    """

    def __init__(self, dim):
        super().__init__()
        self.dim = self.output_dim = dim

    def forward(self, vectors):
        """[batch, frames, dim] to [batch, dim]."""
        return vectors.amax(dim=1)


class MeanOverFrames(torch.nn.Module):
    """The mean over the frames.

    Example
    -------
    >>> MeanOverFrames(dim=2)(torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]))
    tensor([[0.5000, 1.0000]])
    """

    def __init__(self, dim):
        super().__init__()
        self.dim = self.output_dim = dim

    def forward(self, vectors):
        """[batch, frames, dim] to [batch, dim]."""
        return vectors.mean(dim=1)


class AttentionOverFrames(torch.nn.Module):
    """Feed-forward attention: a mean over the frames, weighted by content.

    The weights are the softmax over the frames of tanh(x w + b), w in R^dim
    (Raffel and Ellis, "Feed-forward networks with attention can solve some
    long-term memory problems", 2015). As tanh lies in [-1, 1], no frame
    weighs more than e^2 times another one.

    Arguments
    ---------
    dim : int
        Of a frame.

    Example
    -------
    >>> attention = AttentionOverFrames(dim=3)
    >>> vectors = torch.randn(2, 5, 3)
    >>> attention(vectors).shape, attention.weights(vectors).shape
    (torch.Size([2, 3]), torch.Size([2, 5]))
    """

    def __init__(self, dim):
        super().__init__()
        self.dim = self.output_dim = dim
        self.energy = torch.nn.Linear(dim, 1)

    def weights(self, vectors):
        """How much each frame counts: [batch, frames], rows of sum 1."""
        return self.energy(vectors).squeeze(-1).tanh().softmax(dim=1)

    def forward(self, vectors):
        """[batch, frames, dim] to [batch, dim]."""
        weights = self.weights(vectors).unsqueeze(1)
        return torch.bmm(weights, vectors).squeeze(1)


_POOLING = {
    "max": MaxOverFrames,
    "average": MeanOverFrames,
    "attention": AttentionOverFrames,
}


def build_aggregation(name, dim, frames=None):
    """An aggregation by its name.

    Arguments
    ---------
    name : str
        none, max, average or attention.
    dim : int
        Of a frame.
    frames : int, optional
        How many there are; for `none` only.

    Returns
    -------
    aggregation : torch.nn.Module
        [batch, frames, dim] to [batch, its `output_dim`].

    Raises
    ------
    ValueError
        If there is none of that name.

    Example
    -------
    >>> build_aggregation("none", dim=3, frames=2).output_dim
    6
    """
    if name == "none":
        return FlatFrames(dim, frames)
    if name not in _POOLING:
        raise ValueError(
            f"no aggregation {name!r}; choose one of none, "
            f"{', '.join(_POOLING)}"
        )
    return _POOLING[name](dim)
