import pytest
import torch
from sklearn.preprocessing import StandardScaler

from speechbrain_singer.evaluation.standardisation import (
    Standardisation,
    standardised,
)


def test_others_are_standardised_alike():
    known = torch.randn(30, 4) * torch.tensor([1e4, 1e-3, 1, 2]) + 7
    others = torch.randn(5, 4)
    scaler = StandardScaler().fit(known.double())
    found = Standardisation.of(known)(others)
    expected = torch.tensor(scaler.transform(others.double())).float()
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


def test_standardised_has_deviation_1_or_0():
    embeddings = torch.randn(30, 3) * torch.tensor([1e4, 1e-3, 1]) + 7
    embeddings[:, 2] = 0.1 + 0.2  # stands still
    found = standardised(embeddings)
    deviation = found.double().std(dim=0, correction=0)
    assert deviation.tolist() == pytest.approx([1, 1, 0], abs=1e-3)
    assert found.double().mean(dim=0).tolist() == pytest.approx(
        [0, 0, 0], abs=1e-3
    )
