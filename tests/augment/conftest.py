import pytest
import torch


@pytest.fixture
def generator():
    """Makes a generator: seed -> torch.Generator."""
    return lambda seed=0: torch.Generator().manual_seed(seed)
