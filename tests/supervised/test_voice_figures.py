import numpy as np
import pytest
import torch
from sklearn.metrics import roc_curve

from speechbrain_singer.supervised.pretraining import voice_figures


def rows(sexes):
    return [
        {"singer": str(i), "song": f"{i}-{j}", "sex": sex}
        for i, sex in enumerate(sexes)
        for j in range(4)
    ]


def error_by_sklearn(vectors, rows, same_sex):
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    first, second = np.triu_indices(len(rows), 1)
    singers = np.array([row["singer"] for row in rows])
    sexes = np.array([row["sex"] for row in rows])
    kept = ~same_sex | (sexes[first] == sexes[second])
    first, second = first[kept], second[kept]
    scores = (vectors[first] * vectors[second]).sum(axis=1)
    labels = singers[first] == singers[second]
    acceptance, detection, _ = roc_curve(
        labels, scores, drop_intermediate=False
    )
    best = np.abs(acceptance - (1 - detection)).argmin()
    return 50 * (acceptance[best] + 1 - detection[best])


@pytest.mark.parametrize("seed", range(3))
def test_error_rates_are_those_of_scikit_learn(seed):
    torch.manual_seed(seed)
    manifest = rows("fmfmff")
    centres = torch.randn(6, 5).repeat_interleave(4, dim=0)
    embeddings = centres + 0.8 * torch.randn(24, 5)
    figures = voice_figures(embeddings, manifest)
    for key, same_sex in (("EER", False), ("EER_same_sex", True)):
        expected = error_by_sklearn(
            embeddings.double().numpy(), manifest, np.array(same_sex)
        )
        assert figures[key] == pytest.approx(expected)


def test_what_cannot_be_measured_is_left_out():
    embeddings = torch.randn(8, 5)
    assert "EER_same_sex" not in voice_figures(embeddings, rows("fm"))
    nobody = [{"singer": "a", "song": str(i)} for i in range(8)]
    assert voice_figures(embeddings, nobody) == {}
