import math

import pytest
import torch

from speechbrain_singer.lobes.aggregation import (
    AttentionOverFrames,
    build_aggregation,
)


@pytest.fixture
def vectors():
    """Two windows of three frames of two dimensions."""
    return torch.tensor(
        [
            [[1.0, -2.0], [0.0, 5.0], [4.0, -1.0]],
            [[-3.0, 1.0], [-1.0, 1.0], [-2.0, -5.0]],
        ]
    )


@pytest.mark.parametrize(
    "name, expected",
    [
        ("none", [[1, -2, 0, 5, 4, -1], [-3, 1, -1, 1, -2, -5]]),
        ("max", [[4, 5], [-1, 1]]),
        ("average", [[5 / 3, 2 / 3], [-2, -1]]),
    ],
)
def test_values_by_hand(name, expected, vectors):
    aggregation = build_aggregation(name, dim=2, frames=3)
    expected = torch.tensor(expected, dtype=torch.float32)
    assert torch.allclose(aggregation(vectors), expected)
    assert aggregation.output_dim == expected.shape[1]


def test_attention_by_hand(vectors):
    attention = AttentionOverFrames(dim=2)
    with torch.no_grad():
        attention.energy.weight.copy_(torch.tensor([[0.5, 0.25]]))
        attention.energy.bias.fill_(-0.5)
    energies = [[-0.5, 0.75, 1.25], [-1.75, -0.75, -2.75]]
    powers = [[math.exp(math.tanh(e)) for e in row] for row in energies]
    weights = [[power / sum(row) for power in row] for row in powers]
    means = [
        [
            sum(w * v[d] for w, v in zip(row, frames, strict=True))
            for d in (0, 1)
        ]
        for row, frames in zip(weights, vectors.tolist(), strict=True)
    ]
    assert torch.allclose(attention.weights(vectors), torch.tensor(weights))
    assert torch.allclose(attention(vectors), torch.tensor(means), atol=1e-6)


@pytest.mark.parametrize("name", ["max", "average", "attention"])
def test_neither_order_nor_number_of_frames_matters(name, vectors):
    aggregation = build_aggregation(name, dim=2)
    alone = aggregation(vectors)
    assert torch.allclose(aggregation(vectors.flip(1)), alone, atol=1e-6)
    twice = torch.cat([vectors, vectors], dim=1)
    assert torch.allclose(aggregation(twice), alone, atol=1e-6)


def test_attention_learns(vectors):
    attention = AttentionOverFrames(dim=2)
    attention(vectors)[:, 0].sum().backward()
    assert attention.energy.weight.grad.abs().min() > 0


def test_other_frames_than_it_is_built_for(vectors):
    flat = build_aggregation("none", dim=2, frames=4)
    with pytest.raises(ValueError, match=r"3 frames.*built for 4"):
        flat(vectors)


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"'mean'.*average, attention"):
        build_aggregation("mean", dim=2)
