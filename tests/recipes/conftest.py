import pytest


@pytest.fixture(scope="module", autouse=True)
def quick(nothing_is_drawn):
    """What recipes draw is tested with the pictures."""
