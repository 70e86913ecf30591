import pytest


@pytest.fixture(scope="module", autouse=True)
def quick(nothing_is_drawn, probes_choose_from_two):
    """Pictures, and what probes choose, have their own tests."""
