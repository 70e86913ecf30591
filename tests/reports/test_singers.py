from itertools import combinations

import numpy as np
import pytest
import torch
from matplotlib.image import imread

from speechbrain_singer.reports.singers import (
    plot_similarity,
    plot_tsne,
    singer_similarity,
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


@pytest.mark.parametrize("plot", [plot_similarity, plot_tsne])
def test_pictures_are_not_blank(plot, embeddings, tmp_path):
    plot(embeddings, SINGERS, tmp_path / "a.png")
    assert imread(tmp_path / "a.png")[..., :3].std() > 0.05
