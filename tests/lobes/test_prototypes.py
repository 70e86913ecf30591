import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.prototypes import BottleneckHead, Prototypes


def test_the_bottleneck_equals_three_layers():
    torch.manual_seed(0)
    head = BottleneckHead(6, 8, 4)
    w = [p for p in head.parameters() if p.ndim == 2]
    x = torch.randn(5, 6)
    expected = F.gelu(F.gelu(x @ w[0].T) @ w[1].T) @ w[2].T  # biases are 0
    expected /= expected.square().sum(dim=1, keepdim=True).sqrt()
    assert torch.allclose(head(x), expected, atol=1e-6)


def test_whitened_directions_are_spread():
    """Of inputs that are all but equal."""
    torch.manual_seed(0)
    x = 5 + 0.01 * torch.randn(500, 6)
    means = [
        BottleneckHead(6, 8, 4, whiten=whiten)(x).mean(dim=0).norm().item()
        for whiten in (False, True)
    ]
    assert means[0] > 0.99
    assert means[1] < 0.1


def test_logits_are_cosines_whatever_the_lengths():
    torch.manual_seed(0)
    layer = Prototypes(4, 7)
    directions = F.normalize(torch.randn(5, 4), dim=1)
    logits = layer(directions)
    expected = [
        [F.cosine_similarity(x, w, dim=0).item() for w in layer.weight]
        for x in directions
    ]
    assert torch.allclose(logits, torch.tensor(expected), atol=1e-6)
    with torch.no_grad():
        layer.weight *= torch.arange(1.0, 8).unsqueeze(1)
    assert torch.allclose(layer(directions), logits, atol=1e-6)


def test_one_prototype_is_refused():
    with pytest.raises(ValueError, match="number of prototypes: 1"):
        Prototypes(4, 1)
