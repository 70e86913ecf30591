"""Scored trials: lists, thresholds, calibrations, and the search."""

import numpy as np
import pytest
import torch

from speechbrain_singer.evaluation.scored_trials import ScoredTrials
from speechbrain_singer.metrics import bootstrap
from speechbrain_singer.scoring import Cosine, fitted_back_end
from speechbrain_singer.trials import Trials, all_pairs

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


def score(embeddings, rows, trials):
    scores = Cosine().score(embeddings, trials)
    return ScoredTrials(embeddings, rows, trials, scores)


class Encoder:
    """As a SingerEncoder that was calibrated."""

    threshold = 0.3
    calibration = {"threshold": 0.3, "slope": 5.0, "offset": -1.0}  # noqa: RUF012


def test_errors_at_a_threshold_are_counted(embeddings):
    trials = all_pairs(ROWS)
    metrics = score(embeddings, ROWS, trials).figures_by(Encoder)
    accepted = cosines(embeddings, trials) > 0.3
    same = trials.labels == 1
    assert metrics["false_rejection"] == pytest.approx(
        100 * (~accepted[same]).mean()
    )
    assert metrics["false_acceptance"] == pytest.approx(
        100 * accepted[~same].mean()
    )
    assert metrics["threshold"] == 0.3


def bits(ratios, same):
    """The cost of log-likelihood ratios, by its formula."""
    cost = np.log2(1 + np.exp(-ratios[same])).mean()
    return (cost + np.log2(1 + np.exp(ratios[~same])).mean()) / 2


def test_cllr_is_of_calibrated_scores(embeddings):
    trials = all_pairs(ROWS)
    metrics = score(embeddings, ROWS, trials).figures_by(Encoder)
    ratios = 5 * cosines(embeddings, trials) - 1
    assert metrics["Cllr"] == pytest.approx(bits(ratios, trials.labels == 1))


def test_what_an_encoder_lacks_has_no_figures(embeddings):
    scored = score(embeddings, ROWS, all_pairs(ROWS))
    assert scored.figures_by(object()) == {}
    assert "EER_interval" not in scored.figures(replicates=0)
    assert "Cllr" not in scored.figures()


def test_the_interval_needs_no_second_sort(embeddings, monkeypatch):
    monkeypatch.setattr(bootstrap, "operating_points", None)
    metrics = score(embeddings, ROWS, all_pairs(ROWS)).figures()
    low, high = metrics["EER_interval"]
    assert 0 <= low <= metrics["EER"] <= high <= 100


def test_a_list_that_contradicts_the_manifest(embeddings, caplog):
    trials = Trials(
        np.array([0, 0, 1]), np.array([6, 7, 8]), np.array([1, 0, 1])
    )
    metrics = score(embeddings, ROWS, trials).figures()
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
    metrics = score(embeddings, ROWS, all_pairs(ROWS)).figures(replicates=0)
    songs = [row["song"] for row in ROWS]
    expected = nearest_is_the_singers(embeddings, ROWS, songs)
    assert metrics["recall_at_1"] == pytest.approx(expected)
    assert expected != nearest_is_the_singers(embeddings, ROWS, range(30))


def test_recordings_without_songs_are_searched_all(embeddings):
    """And not left out, as if they were all of one song."""
    rows = [row | {"song": ""} for row in ROWS]
    trials = all_pairs(rows, different=())
    metrics = score(embeddings, rows, trials).figures(replicates=0)
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
    metrics = score(vectors, clips, trials).figures(replicates=0)
    recordings = [clip["recording"] for clip in clips]
    expected = nearest_is_the_singers(vectors, clips, recordings)
    assert metrics["recall_at_1"] == pytest.approx(expected)
    assert expected < nearest_is_the_singers(vectors, clips, range(60)) == 100


def test_figures_of_embeddings_by_distance(embeddings):
    """Each length is a singer's own, and each direction is anybody's."""
    lengths = torch.tensor([float(row["singer"][1]) + 1 for row in ROWS])
    units = torch.nn.functional.normalize(embeddings, dim=1)[:, :1].sign()
    vectors = torch.cat([10 * lengths[:, None], 0.1 * units], dim=1)
    trials = all_pairs(ROWS)
    scores = fitted_back_end("distance").score(vectors, trials)
    near, far = (
        ScoredTrials(vectors, ROWS, trials, scores, distance=way).figures(0)
        for way in (True, False)
    )
    assert near["EER"] == near["MNR"] == 0
    assert near["mAP"] == near["recall_at_1"] == 100
    assert far["EER"] == 0
    assert far["MNR"] > 5 and far["mAP"] < 100
