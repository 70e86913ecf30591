"""Principal axes of embeddings, whichever are more: they or dimensions."""

import torch


def smaller_gram(x):
    """The smaller of x x' and x' x: both have all eigenvalues that are not 0.

    Arguments
    ---------
    x : torch.Tensor
        [n, dim]

    Returns
    -------
    products : torch.Tensor
        [n, n] or [dim, dim]
    """
    return x @ x.T if len(x) < x.shape[1] else x.T @ x


def principal_axes(x, negligible):
    """The directions along which centred data vary, and how much.

    Arguments
    ---------
    x : torch.Tensor
        [n, dim], each dimension of mean 0.
    negligible : float
        Axes of less variance than this times the first's are left out.

    Returns
    -------
    variances : torch.Tensor
        [axes], falling, float64.
    axes : torch.Tensor
        [dim, axes], orthonormal, float64.

    Example
    -------
    >>> principal_axes(torch.tensor([[-1.0, 0.0], [1.0, 0.0]]), 1e-7)[0]
    tensor([1.], dtype=torch.float64)
    """
    x = x.double()
    powers, vectors = torch.linalg.eigh(smaller_gram(x))
    powers, vectors = powers.flip(0), vectors.flip(1)
    kept = powers > negligible * powers[0]
    powers, vectors = powers[kept], vectors[:, kept]
    if len(x) < x.shape[1]:
        vectors = x.T @ vectors / powers.sqrt()
    return powers / len(x), vectors
