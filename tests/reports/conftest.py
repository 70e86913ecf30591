import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread


@pytest.fixture
def shows():
    """Whether a picture has pixels of a colour: it is drawn, and saved."""

    def shows(path, colour):
        distance = np.abs(imread(path)[..., :3] - to_rgb(colour)).max(axis=2)
        return distance.min() < 0.02

    return shows
