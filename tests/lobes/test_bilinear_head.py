import numpy as np
import pytest
import torch

from speechbrain_singer.lobes.heads import BilinearHead


def test_it_is_linear_normalised_and_bent():
    """As (x - mean) / deviation over the dimensions of one example."""
    head = BilinearHead(input_dim=6, output_dim=5)
    embeddings = torch.randn(3, 6)
    weight, bias = (p.detach().numpy() for p in head.linear.parameters())
    linear = embeddings.numpy() @ weight.T + bias
    centred = linear - linear.mean(axis=1, keepdims=True)
    deviation = np.sqrt(linear.var(axis=1, keepdims=True) + 1e-5)
    expected = np.tanh(centred / deviation)
    assert head(embeddings).detach().numpy() == pytest.approx(
        expected, abs=1e-5
    )


def test_it_needs_a_dimension():
    with pytest.raises(ValueError, match="dimension of the projections"):
        BilinearHead(output_dim=0)
