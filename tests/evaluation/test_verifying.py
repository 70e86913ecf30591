"""What `verify` says of lists, thresholds and calibrations."""

import numpy as np
import pytest
import torch
from speechbrain.utils.metric_stats import EER

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
from speechbrain_singer.metrics import bootstrap
from speechbrain_singer.scoring import PLDA, Calibration, Cosine
from speechbrain_singer.trials.trials import Trials, all_pairs

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


def bits(ratios, same):
    """The cost of log-likelihood ratios, by its formula."""
    cost = np.log2(1 + np.exp(-ratios[same])).mean()
    return (cost + np.log2(1 + np.exp(ratios[~same])).mean()) / 2


def test_cllr_is_of_calibrated_scores(embeddings):
    trials = all_pairs(ROWS)
    metrics = verify(
        *(embeddings, ROWS, trials, Cosine()),
        calibration=Calibration(5.0, -1.0),
        replicates=0,
    ).metrics
    ratios = 5 * cosines(embeddings, trials) - 1
    assert metrics["Cllr"] == pytest.approx(bits(ratios, trials.labels == 1))


def test_plda_has_a_cllr_of_its_own(embeddings):
    singers = [row["singer"] for row in ROWS]
    plda = PLDA(dimension=4).fit(embeddings, singers)
    trials = all_pairs(ROWS)
    verification = verify(embeddings, ROWS, trials, plda, replicates=0)
    expected = bits(verification.scores, trials.labels == 1)
    assert verification.metrics["Cllr"] == pytest.approx(expected)


def test_the_interval_needs_no_second_sort(embeddings, monkeypatch):
    monkeypatch.setattr(bootstrap, "operating_points", None)
    metrics = verify(embeddings, ROWS, all_pairs(ROWS), Cosine()).metrics
    low, high = metrics["EER_interval"]
    assert 0 <= low <= metrics["EER"] <= high <= 100


def test_a_list_that_contradicts_the_manifest(embeddings, caplog):
    trials = Trials(
        np.array([0, 0, 1]), np.array([6, 7, 8]), np.array([1, 0, 1])
    )
    metrics = verify(embeddings, ROWS, trials, Cosine()).metrics
    assert "EER" in metrics
    assert "MNR" not in metrics and "EER_interval" not in metrics
    assert "1 labels of the list contradict" in caplog.text


def nearest_is_the_singers(embeddings, rows, groups):
    """How often, in percent, if a row's group is left out of its search."""
    vectors = torch.nn.functional.normalize(embeddings, dim=1)
    similarity = (vectors @ vectors.T).numpy()
    groups = np.array(groups)
    similarity[groups[:, None] == groups] = -2
    singers = np.array([row["singer"] for row in rows])
    return 100 * np.mean(singers[similarity.argmax(axis=1)] == singers)


def test_the_search_leaves_out_the_querys_own_song(embeddings):
    metrics = verify(
        embeddings, ROWS, all_pairs(ROWS), Cosine(), replicates=0
    ).metrics
    songs = [row["song"] for row in ROWS]
    expected = nearest_is_the_singers(embeddings, ROWS, songs)
    assert metrics["recall_at_1"] == pytest.approx(expected)
    assert expected != nearest_is_the_singers(embeddings, ROWS, range(30))


def test_recordings_without_songs_are_searched_all(embeddings):
    """And not left out, as if they were all of one song."""
    rows = [row | {"song": ""} for row in ROWS]
    trials = all_pairs(rows, different=())
    metrics = verify(embeddings, rows, trials, Cosine(), replicates=0).metrics
    expected = nearest_is_the_singers(embeddings, rows, range(30))
    assert metrics["recall_at_1"] == pytest.approx(expected)


def test_clips_without_songs_do_not_find_their_own_recording(embeddings):
    clips = [
        row | {"song": "", "recording": row["ID"]}
        for row in ROWS
        for _ in range(2)
    ]
    noise = torch.randn(60, 8, generator=torch.Generator().manual_seed(1))
    vectors = embeddings.repeat_interleave(2, dim=0) + 0.01 * noise
    trials = all_pairs(clips, different=())
    metrics = verify(vectors, clips, trials, Cosine(), replicates=0).metrics
    recordings = [clip["recording"] for clip in clips]
    expected = nearest_is_the_singers(vectors, clips, recordings)
    assert metrics["recall_at_1"] == pytest.approx(expected)
    assert expected < nearest_is_the_singers(vectors, clips, range(60)) == 100


@pytest.fixture
def encoder_folder(tmp_path):
    folder = tmp_path / "encoder"
    export_encoder(folder, WaveformEncoder(LogMel(), EfficientNet()), 1.0)
    return folder


def test_a_calibration_is_kept_with_the_encoder(embeddings, encoder_folder):
    folder = encoder_folder
    assert brought_by(SingerEncoder.from_hparams(folder)) == (None, None)
    check_can_calibrate(folder, "cosine")
    verification = verify(
        embeddings, ROWS, all_pairs(ROWS), Cosine(), replicates=0
    )
    threshold = calibrate(folder, verification, "made up")
    calibration, kept = brought_by(SingerEncoder.from_hparams(folder))
    assert kept == pytest.approx(threshold)
    assert calibration.log_likelihood_ratios([threshold]) == pytest.approx(0)


def test_what_a_calibration_was_set_on_is_kept(embeddings, encoder_folder):
    trials = all_pairs(ROWS)
    verification = verify(embeddings, ROWS, trials, Cosine(), replicates=0)
    calibrate(encoder_folder, verification, "made up")
    kept = SingerEncoder.from_hparams(encoder_folder).calibration["set_on"]
    scores = torch.tensor(cosines(embeddings, trials))
    same = torch.tensor(trials.labels == 1)
    rate, _ = EER(scores[same], scores[~same])
    assert kept["EER_percent"] == pytest.approx(100 * rate)
    assert kept["EER_percent"] > 0
    assert kept["corpus"] == "made up" and kept["trials"] == len(scores)


def test_a_calibration_of_cosines_is_for_no_other_scores(
    embeddings, encoder_folder
):
    trials = all_pairs(ROWS)
    verification = verify(embeddings, ROWS, trials, Cosine(), replicates=0)
    calibrate(encoder_folder, verification, "made up")
    encoder = SingerEncoder.from_hparams(encoder_folder)
    assert None not in brought_by(encoder, "cosine")
    for back_end in ("centred", "plda"):
        assert brought_by(encoder, back_end) == (None, None)


@pytest.mark.parametrize(
    ("encoder", "back_end", "message"),
    [("mfcc", "cosine", "not the folder"), ("mfcc", "plda", "back_end cosine")],
)
def test_what_cannot_be_calibrated(encoder, back_end, message):
    with pytest.raises(ValueError, match=message):
        check_can_calibrate(encoder, back_end)
