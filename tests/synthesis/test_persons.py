import pytest
import torch

from speechbrain_singer.synthesis.persons import FACTORS, record_person


def test_a_recording_is_a_function_of_its_numbers():
    two = record_person(5, 1, recordings=2, seconds=0.8)
    again = record_person(5, 1, recordings=2, seconds=0.8)
    torch.testing.assert_close(two, again, rtol=0, atol=1e-5)
    three = record_person(5, 1, recordings=3, seconds=0.8)
    torch.testing.assert_close(three[:2], two, rtol=0, atol=1e-5)
    assert (record_person(5, 3, 1, 0.8) - two[:1]).abs().max() > 0.05
    assert torch.isfinite(three).all()
    assert (three.abs().amax(dim=1) <= 10 ** (-1 / 20) + 1e-6).all()


@pytest.mark.parametrize("factor", FACTORS)
def test_every_factor_changes_what_is_heard(factor):
    # Somebody in whom it is
    for person in range(20):
        plain = record_person(6, person, 2, 1.2)
        changed = record_person(6, person, 2, 1.2, without=[factor])
        if (changed - plain).abs().max() > 0.01:
            return
    pytest.fail(f"{factor} is heard in nobody")


def test_a_factor_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no factor 'lungs'; choose of drift"):
        record_person(1, 0, 1, 0.5, without=["lungs"])
