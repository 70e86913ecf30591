"""Embeddings of which each dimension counts the same."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Standardisation:
    """Gives every dimension mean 0 and deviation 1, as measured on some.

    What stands still, but for rounding, becomes 0.

    Arguments
    ---------
    mean, deviation : torch.Tensor
        [dim]

    Example
    -------
    >>> known = torch.tensor([[1.0, 3.0], [1.0, 7.0]])
    >>> Standardisation.of(known)(torch.tensor([[1.0, 9.0]])).tolist()
    [[0.0, 2.0]]
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    @classmethod
    def of(cls, embeddings):
        """That of embeddings, [n, dim]."""
        deviation = embeddings.std(dim=0, correction=0)
        still = deviation <= 1e-6 * embeddings.abs().amax(dim=0)
        return cls(
            embeddings.mean(dim=0), deviation.masked_fill(still, torch.inf)
        )

    def __call__(self, embeddings):
        """[n, dim], also of others than those it was measured on."""
        return (embeddings - self.mean) / self.deviation


def standardised(embeddings):
    """Embeddings, [n, dim], with each dimension standardised over them all.

    Example
    -------
    >>> standardised(torch.tensor([[1.0, 3.0], [1.0, 7.0]])).tolist()
    [[0.0, -1.0], [0.0, 1.0]]
    """
    return Standardisation.of(embeddings)(embeddings)
