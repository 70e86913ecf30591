import math

import pytest
import torch

from speechbrain_singer.lobes.layer_weights import LayerWeights


def test_the_mean_of_all_layers_at_the_start():
    layers = torch.randn(2, 5, 4, 3)
    summed = LayerWeights(4)
    torch.testing.assert_close(summed(layers), layers.mean(dim=2))
    assert summed.weights() == [0.25] * 4


def test_the_weights_are_a_softmax():
    summed = LayerWeights(3)
    with torch.no_grad():
        summed.scalars.copy_(torch.tensor([math.log(6), math.log(3), 0.0]))
    assert summed.weights() == pytest.approx([0.6, 0.3, 0.1])
    first, second, third = layers = torch.randn(3, 1, 2, 8)
    expected = 0.6 * first + 0.3 * second + 0.1 * third
    measured = summed(layers.permute(1, 2, 0, 3))
    torch.testing.assert_close(measured, expected)


def test_the_layer_that_helps_gains():
    """By hand: d/ds_k of sum(w x) is w_k (x_k - sum(w x))."""
    summed = LayerWeights(3)
    summed(torch.tensor([1.0, 2.0, 6.0]).reshape(1, 1, 3, 1)).sum().backward()
    expected = torch.tensor([1 - 3, 2 - 3, 6 - 3]) / 3
    torch.testing.assert_close(summed.scalars.grad, expected)


def test_half_precision_stays():
    assert LayerWeights(2)(torch.ones(1, 2, 2, 3).half()).dtype == torch.half


def test_another_number_of_layers_is_refused():
    with pytest.raises(ValueError, match="12 layers, but weights for 13"):
        LayerWeights(13)(torch.zeros(1, 2, 12, 8))
    with pytest.raises(ValueError, match="layers"):
        LayerWeights(0)
