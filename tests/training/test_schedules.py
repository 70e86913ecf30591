import math

import pytest

from speechbrain_singer.training.schedules import (
    Constant,
    CosineMomentum,
    LinearRise,
    WarmupCosine,
)


def test_momentum_equals_the_formula():
    schedule = CosineMomentum(base=0.99, epochs=1000)
    for k in (0, 1, 250, 777, 1000):
        expected = 1 - 0.01 * (math.cos(math.pi * k / 1000) + 1) / 2
        assert schedule(k) == pytest.approx(expected, abs=1e-12)


def test_learning_rate_rises_then_falls():
    schedule = WarmupCosine(lr=3e-5, warmup_epochs=10, epochs=1000)
    rates = [schedule(epoch / 4) for epoch in range(4001)]
    top = rates.index(max(rates))
    assert top == 40
    assert rates[top] == 3e-5
    assert rates[: top + 1] == sorted(set(rates[: top + 1]))
    assert rates[top:] == sorted(set(rates[top:]), reverse=True)
    assert rates[-1] == pytest.approx(0)
    assert schedule(1001) == pytest.approx(0)


def test_no_warmup():
    assert WarmupCosine(lr=0.1, warmup_epochs=0, epochs=10)(0) == 0.1


def test_nothing_but_warmup():
    assert WarmupCosine(lr=0.1, warmup_epochs=2, epochs=2)(1) == 0.05


def test_a_constant_rate():
    assert {Constant(lr=1e-4)(epoch / 4) for epoch in range(9)} == {1e-4}
    with pytest.raises(ValueError, match="lr: 0"):
        Constant(lr=0)


def test_a_straight_rise():
    schedule = LinearRise(start=0.04, end=0.07, epochs=30)
    assert schedule(0) == 0.04
    steps = [schedule(k / 4) - schedule((k - 1) / 4) for k in range(1, 121)]
    assert steps == pytest.approx([0.03 / 120] * 120)
    assert schedule(30) == schedule(31) == 0.07
    assert LinearRise(start=0.04, end=0.07, epochs=0)(0) == 0.07


@pytest.mark.parametrize("name", ["start", "end", "epochs"])
def test_no_rise_from_or_to_nothing(name):
    with pytest.raises(ValueError, match=f"{name}: -1"):
        LinearRise(**{"start": 0.04, "end": 0.07, "epochs": 3} | {name: -1})
