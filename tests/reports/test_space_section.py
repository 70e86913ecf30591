import numpy as np
import pytest
import torch
from matplotlib import colormaps
from matplotlib.colors import to_hex

from speechbrain_singer.reports.singers import tsne
from speechbrain_singer.reports.space import space_data


@pytest.fixture
def rows():
    return [
        {"ID": f"r{n}", "singer": "abc"[n % 3], "sex": "fm"[n % 2]}
        for n in range(40)
    ]


def test_distances_are_kept_but_for_a_scale(rows):
    points = np.random.default_rng(0).normal(5, 3, (40, 3))
    placed = np.array(space_data(points, rows, ["singer"])["points"])
    between = np.linalg.norm(points[:, None] - points, axis=2)
    drawn = np.linalg.norm(placed[:, None] - placed, axis=2)
    scale = drawn.sum() / between.sum()
    assert drawn == pytest.approx(scale * between, abs=2)
    assert 990 <= np.linalg.norm(placed, axis=1).max() <= 1001


def test_colours_are_those_of_the_pictures(rows):
    data = space_data(np.eye(40, 3), rows, ["singer", "sex"])
    assert [own["column"] for own in data["colourings"]] == ["singer", "sex"]
    for own in data["colourings"]:
        told = [own["names"][index] for index in own["index"]]
        assert told == [row[own["column"]] for row in rows]
        places = np.linspace(0.05, 0.95, len(own["names"]))
        expected = [to_hex(c) for c in colormaps["nipy_spectral"](places)]
        assert own["colours"] == expected


def test_singers_that_differ_stand_apart_in_space():
    generator = torch.Generator().manual_seed(0)
    noise = 0.1 * torch.randn(36, 8, generator=generator)
    number = np.arange(36) % 3
    points = tsne(torch.eye(8)[number] + noise, dimensions=3)
    assert points.shape == (36, 3)
    away = np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(away, np.inf)
    assert np.mean(number[away.argmin(axis=1)] == number) > 0.9
