import pytest
import torch

from speechbrain_singer.principal_axes import principal_axes, smaller_gram


def centred(n, dim):
    generator = torch.Generator().manual_seed(n)
    scales = torch.linspace(0.1, 3, dim, dtype=torch.float64)
    x = torch.randn(n, dim, generator=generator, dtype=torch.float64) * scales
    return x - x.mean(dim=0)


@pytest.mark.parametrize(("n", "dim"), [(50, 8), (8, 50), (20, 20)])
def test_equals_the_singular_value_decomposition(n, dim):
    x = centred(n, dim)
    variances, axes = principal_axes(x, 1e-9)
    singular, directions = torch.linalg.svd(x, full_matrices=False)[1:]
    known = min(n - 1, dim)
    assert axes.shape == (dim, known)
    torch.testing.assert_close(variances, singular[:known] ** 2 / n)
    # Up to their sign
    cosines = (axes * directions[:known].T).sum(dim=0).abs()
    torch.testing.assert_close(cosines, torch.ones(known).double())


@pytest.mark.parametrize(("n", "dim"), [(50, 8), (8, 50)])
def test_axes_are_orthonormal(n, dim):
    axes = principal_axes(centred(n, dim), 1e-9)[1]
    identity = torch.eye(axes.shape[1]).double()
    torch.testing.assert_close(axes.T @ axes, identity)


@pytest.mark.parametrize(("n", "dim"), [(50, 8), (8, 50)])
def test_the_gram_matrix_is_the_smaller(n, dim):
    x = centred(n, dim)
    assert smaller_gram(x).shape == (8, 8)
    torch.testing.assert_close(smaller_gram(x), smaller_gram(x.T))


def test_what_varies_little_is_left_out():
    x = torch.tensor([[1.0, 0.01], [-1.0, 0.01], [1.0, -0.01], [-1.0, -0.01]])
    assert len(principal_axes(x, 1e-5)[0]) == 2
    assert len(principal_axes(x, 1e-3)[0]) == 1


def test_constant_data_have_none():
    variances, axes = principal_axes(torch.zeros(5, 3), 1e-7)
    assert variances.shape == (0,) and axes.shape == (3, 0)
