from itertools import combinations

import numpy as np
import pytest
import torch
from matplotlib import colormaps
from matplotlib.figure import Figure

from speechbrain_singer.reports.singers import (
    plot_similarity,
    plot_tsne,
    singer_similarity,
    tsne,
)

SINGERS = ["c", "a", "b", "a", "c", "c", "a"]


@pytest.fixture
def embeddings():
    return torch.randn(7, 5, generator=torch.Generator().manual_seed(0))


def test_similarity_equals_the_loop(embeddings):
    similarity, names = singer_similarity(embeddings, SINGERS)
    assert names == ["a", "b", "c"]
    vectors = embeddings.double().numpy()
    cosines = {}
    for i, j in combinations(range(7), 2):
        norms = np.linalg.norm(vectors[i]) * np.linalg.norm(vectors[j])
        pair = tuple(sorted((SINGERS[i], SINGERS[j])))
        cosines.setdefault(pair, []).append(vectors[i] @ vectors[j] / norms)
    for (first, second), values in cosines.items():
        row, column = names.index(first), names.index(second)
        assert similarity[row, column] == pytest.approx(np.mean(values))
        assert similarity[column, row] == pytest.approx(np.mean(values))
    assert np.isnan(similarity[1, 1])  # b has one recording


def test_minus_squared_distances_equal_the_loop(embeddings):
    similarity, _ = singer_similarity(100 + embeddings, SINGERS, distance=True)
    vectors, distances = embeddings.double().numpy(), {}
    for i, j in combinations(range(7), 2):
        pair = tuple(sorted((SINGERS[i], SINGERS[j])))
        squared = np.sum((vectors[i] - vectors[j]) ** 2)
        distances.setdefault(pair, []).append(squared)
    for (first, second), values in distances.items():
        row, column = "abc".index(first), "abc".index(second)
        for found in (similarity[row, column], similarity[column, row]):
            assert found == pytest.approx(-np.mean(values), rel=1e-4)
    assert np.isnan(similarity[1, 1])  # b has one recording


def test_similarity_has_the_colours_of_its_map(embeddings, tmp_path, shows):
    plot_similarity(embeddings, SINGERS, tmp_path / "a.png")
    similarity, _ = singer_similarity(embeddings, SINGERS)
    lowest, highest = np.nanmin(similarity), np.nanmax(similarity)
    for value in similarity[~np.isnan(similarity)]:
        colour = colormaps["viridis"]((value - lowest) / (highest - lowest))
        assert shows(tmp_path / "a.png", colour)


def test_each_singer_has_a_colour(embeddings, tmp_path, shows):
    plot_tsne(tsne(embeddings), SINGERS, tmp_path / "a.png")
    for place in np.linspace(0.05, 0.95, len(set(SINGERS))):
        colour = colormaps["nipy_spectral"](place)
        assert shows(tmp_path / "a.png", colour)


def test_every_singer_stands_in_the_legend(tmp_path, monkeypatch):
    drawn = []

    def keep(figure, *_, **__):
        drawn.append(figure)

    monkeypatch.setattr(Figure, "savefig", keep)
    names = ["_bob", "__", "Ke$ha", "A$AP", "ann"]
    plot_tsne(np.zeros((5, 2)), names, tmp_path / "a.png")
    texts = drawn[0].axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == sorted(names)
