"""What `verify` says of lists, thresholds and calibrations."""

import numpy as np
import pytest
import torch

from speechbrain_singer.dataio.trials import Trials, all_pairs
from speechbrain_singer.evaluation.calibration import (
    brought_by,
    calibrate,
    check_can_calibrate,
)
from speechbrain_singer.evaluation.verification import verify
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.scoring import Calibration, Cosine

ROWS = [
    {"ID": str(i), "singer": f"s{i % 6}", "song": str(i // 6)}
    for i in range(30)
]


@pytest.fixture
def embeddings():
    generator = torch.Generator().manual_seed(0)
    voices = torch.randn(6, 8, generator=generator).repeat(5, 1)
    return voices + torch.randn(30, 8, generator=generator)


def cosines(vectors, trials):
    vectors = vectors.double().numpy()
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors[trials.first] * vectors[trials.second]).sum(axis=1)


def test_errors_at_a_threshold_are_counted(embeddings):
    trials = all_pairs(ROWS)
    metrics = verify(
        embeddings, ROWS, trials, Cosine(), threshold=0.3, replicates=0
    ).metrics
    accepted = cosines(embeddings, trials) > 0.3
    same = trials.labels == 1
    assert metrics["false_rejection"] == pytest.approx(
        100 * (~accepted[same]).mean()
    )
    assert metrics["false_acceptance"] == pytest.approx(
        100 * accepted[~same].mean()
    )
    assert "EER_interval" not in metrics and "Cllr" not in metrics


def test_cllr_is_of_calibrated_scores(embeddings):
    trials = all_pairs(ROWS)
    metrics = verify(
        *(embeddings, ROWS, trials, Cosine()),
        calibration=Calibration(5.0, -1.0),
        replicates=0,
    ).metrics
    ratios = 5 * cosines(embeddings, trials) - 1
    same = trials.labels == 1
    cost = np.log2(1 + np.exp(-ratios[same])).mean()
    cost += np.log2(1 + np.exp(ratios[~same])).mean()
    assert metrics["Cllr"] == pytest.approx(cost / 2)


def test_a_list_that_contradicts_the_manifest(embeddings, caplog):
    trials = Trials(
        np.array([0, 0, 1]), np.array([6, 7, 8]), np.array([1, 0, 1])
    )
    metrics = verify(embeddings, ROWS, trials, Cosine()).metrics
    assert "EER" in metrics
    assert "MNR" not in metrics and "EER_interval" not in metrics
    assert "1 labels of the list contradict" in caplog.text


def test_recordings_without_songs_are_searched_all(embeddings):
    """And not left out, as if they were all of one song."""
    rows = [row | {"song": ""} for row in ROWS]
    trials = all_pairs(rows, different=())
    metrics = verify(embeddings, rows, trials, Cosine(), replicates=0).metrics
    vectors = torch.nn.functional.normalize(embeddings, dim=1)
    similarity = (vectors @ vectors.T).fill_diagonal_(-2)
    nearest = similarity.argmax(dim=1)
    hits = [
        rows[i]["singer"] == rows[j]["singer"] for i, j in enumerate(nearest)
    ]
    assert metrics["recall_at_1"] == pytest.approx(100 * np.mean(hits))


def test_a_calibration_is_kept_with_the_encoder(embeddings, tmp_path):
    folder = tmp_path / "encoder"
    export_encoder(folder, WaveformEncoder(LogMel(), EfficientNet()), 1.0)
    assert brought_by(SingerEncoder.from_hparams(folder)) == (None, None)
    check_can_calibrate(folder, "cosine")
    verification = verify(
        embeddings, ROWS, all_pairs(ROWS), Cosine(), replicates=0
    )
    threshold = calibrate(folder, verification, "made up")
    calibration, kept = brought_by(SingerEncoder.from_hparams(folder))
    assert kept == pytest.approx(threshold)
    assert calibration.log_likelihood_ratios([threshold]) == pytest.approx(0)


@pytest.mark.parametrize(
    ("encoder", "back_end", "message"),
    [("mfcc", "cosine", "not the folder"), ("mfcc", "plda", "back_end cosine")],
)
def test_what_cannot_be_calibrated(encoder, back_end, message):
    with pytest.raises(ValueError, match=message):
        check_can_calibrate(encoder, back_end)
