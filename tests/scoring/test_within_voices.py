"""Whitening within voices, beside SciPy's matrix functions."""

import numpy as np
import pytest
import scipy.linalg
import torch

from speechbrain_singer.scoring.within_voices import within_voice_whitening


@pytest.fixture
def embeddings():
    """20 voices of 3 clips in 6 dimensions, which move voices unevenly."""
    generator = torch.Generator().manual_seed(0)
    voices = torch.randn(20, 1, 6, generator=generator)
    scales = torch.tensor([1.0, 0.5, 0.2, 0.1, 0.05, 0.01])
    moved = torch.randn(20, 3, 6, generator=generator) * scales
    return voices + moved


def test_it_is_the_inverse_root_of_the_shrunk_covariance(embeddings):
    unit = embeddings.numpy().astype(np.float64)
    unit /= np.linalg.norm(unit, axis=2, keepdims=True)
    covariance = np.zeros((6, 6))
    for voice in unit:
        covariance += np.cov(voice.T) * 2 / (20 * 3)
    added = 0.7 * np.trace(covariance) / 6
    root = scipy.linalg.sqrtm(covariance / added + np.eye(6))
    matrix = within_voice_whitening(embeddings, shrinkage=0.7)
    np.testing.assert_allclose(matrix, np.linalg.inv(root), atol=1e-5)


def test_how_long_embeddings_are_does_not_count(embeddings):
    lengths = 1 + torch.rand(20, 3, 1)
    torch.testing.assert_close(
        within_voice_whitening(lengths * embeddings),
        within_voice_whitening(embeddings),
    )


def test_directions_that_say_nothing_count_less():
    """Voices differ along one axis, and are moved along another one."""
    generator = torch.Generator().manual_seed(1)
    apart = torch.tensor([1.0, 0.2, 0.0]) * torch.randn(
        100, 1, 3, generator=generator
    )
    moved = torch.tensor([0.0, 0.0, 1.0]) * torch.randn(
        100, 2, 3, generator=generator
    )
    matrix = within_voice_whitening(apart + moved)
    assert matrix[2, 2] < 0.7 * matrix[0, 0]
    assert matrix.diagonal().max() <= 1 + 1e-6
