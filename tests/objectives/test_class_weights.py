import math

import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.objectives import class_weights as module
from speechbrain_singer.objectives.class_weights import (
    class_weights,
    weighted_cross_entropy,
)


def test_rarer_classes_weigh_more():
    labels = [0] * 3 + [1] * 100 + [2]
    expected = [1 / 3**0.2, 1 / 100**0.2, 1.0]
    assert class_weights(labels, 3).tolist() == pytest.approx(expected)


def test_a_class_without_examples_is_finite():
    assert class_weights([0, 0], 3).tolist() == pytest.approx([2**-0.2, 1, 1])
    assert class_weights([], 2).tolist() == [1, 1]


def test_in_the_loss():
    logits, labels = torch.randn(5, 2), torch.tensor([0, 0, 0, 0, 1])
    weights = class_weights(labels, 2)
    loss = F.cross_entropy(logits, labels, weight=weights)
    each = F.cross_entropy(logits, labels, reduction="none").tolist()
    rare = 4**-0.2
    expected = (rare * math.fsum(each[:4]) + each[4]) / (4 * rare + 1)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_the_parts_of_processes_are_the_whole_in_the_mean(monkeypatch):
    logits, labels = torch.randn(6, 2), torch.tensor([0, 0, 0, 0, 0, 1])
    weights = torch.tensor([1.0, 5.0])
    whole = F.cross_entropy(logits, labels, weights)
    own = weighted_cross_entropy(logits, labels, weights)
    assert own.item() == pytest.approx(whole.item(), rel=1e-6)
    # Two processes with halves that weigh 3 and 7: 5 in the mean
    monkeypatch.setattr(module, "average", lambda sums: sums[0].fill_(5.0))
    halves = [
        weighted_cross_entropy(logits[own], labels[own], weights)
        for own in (slice(3), slice(3, 6))
    ]
    assert sum(halves).item() / 2 == pytest.approx(whole.item(), rel=1e-5)


@pytest.mark.parametrize("label", [-1, 3])
def test_what_is_no_class_is_refused(label):
    with pytest.raises(ValueError, match="must be from 0 to 2"):
        class_weights([0, label], 3)
