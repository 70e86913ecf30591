import numpy as np
import pytest
import soundfile
import torch
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.preprocessing import StandardScaler
from speechbrain.utils.metric_stats import EER

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.embeddings import embed_recordings
from speechbrain_singer.evaluation.verification import (
    verification_metrics,
    verification_report,
)
from speechbrain_singer.metrics.ranking import mean_normalised_rank
from speechbrain_singer.trials import all_pairs

ROWS = [
    {"singer": f"s{i % 5}", "song": str(i // 5), "sex": "fm"[i % 2]}
    for i in range(30)
]


def embeddings():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((5, 8))
    singers = [int(row["singer"][1]) for row in ROWS]
    return 3 + centres[singers] + rng.standard_normal((30, 8))


def by_speechbrain(vectors, similarity=cosine_similarity):
    scores = similarity(vectors)
    trials = all_pairs(ROWS)
    chosen = torch.tensor(scores[trials.first, trials.second])
    same = torch.tensor(trials.labels) == 1
    return 100 * EER(chosen[same], chosen[~same])[0]


def test_equals_scikit_learn_and_speechbrain():
    vectors = embeddings()
    metrics = verification_metrics(torch.tensor(vectors), ROWS, all_pairs(ROWS))
    assert metrics["EER"] == pytest.approx(by_speechbrain(vectors), abs=1e-4)
    scaled = StandardScaler().fit_transform(vectors)
    assert metrics["EER_standardised"] == pytest.approx(
        by_speechbrain(scaled), abs=1e-4
    )
    assert metrics["trials"] == 30 * 29 // 2 - 6 * 10
    assert metrics["same_singer_trials"] == 5 * 15


def test_distances_equal_scikit_learn_and_speechbrain():
    vectors, trials = embeddings(), all_pairs(ROWS)
    metrics = verification_metrics(
        torch.tensor(vectors), ROWS, trials, distance=True
    )

    def nearness(vectors):
        return -euclidean_distances(vectors)

    expected = by_speechbrain(vectors, nearness)
    assert metrics["EER"] == pytest.approx(expected, abs=1e-4)
    assert metrics["EER"] != pytest.approx(by_speechbrain(vectors), abs=0.1)
    scaled = StandardScaler().fit_transform(vectors)
    assert metrics["EER_standardised"] == pytest.approx(
        by_speechbrain(scaled, nearness), abs=1e-4
    )
    ranks = [
        mean_normalised_rank(
            *(torch.tensor(vectors), [row["singer"] for row in ROWS]),
            trials.positives,
            distance=distance,
        )
        for distance in (True, False)
    ]
    assert metrics["MNR"] == pytest.approx(100 * ranks[0])
    assert ranks[0] != ranks[1]


class Loudness:
    """An encoder with nothing but what the interface asks for."""

    sample_rate = 22050
    dimension = 2

    def encode_batch(self, wavs, wav_lens=None):
        moments = [wavs.abs().mean(1), wavs.square().mean(1)]
        return torch.stack(moments, dim=1).unsqueeze(1)


def test_any_encoder_and_a_bad_file(tmp_path, caplog):
    for name, level in (("a", 0.1), ("b", 0.5)):
        soundfile.write(tmp_path / f"{name}.wav", np.full(4410, level), 44100)
    (tmp_path / "bad.wav").write_text("no audio")
    rows = [{"wav": str(tmp_path / f"{n}.wav")} for n in ("a", "bad", "b")]
    vectors, kept = embed_recordings(Loudness(), rows, progressbar=False)
    assert kept == [rows[0], rows[2]]
    assert vectors[:, 0].numpy() == pytest.approx([0.1, 0.5], rel=0.05)
    assert "bad.wav" in caplog.text


def test_an_encoder_is_measured_by_its_own_score(tmp_path):
    """Of one direction all are alike; of levels, the singers' differ."""
    rows = []
    for number in range(6):
        path = str(tmp_path / f"{number}.wav")
        level = (0.1, 0.2, 0.3)[number // 2] + 0.001 * (number % 2)
        soundfile.write(path, np.full(4410, level), 22050)
        singer = f"s{number // 2}"
        rows.append({"wav": path, "singer": singer, "song": str(number)})

    class Level(Loudness):
        def encode_batch(self, wavs, wav_lens=None):
            return wavs.mean(dim=1).reshape(-1, 1, 1).expand(-1, 1, 2)

    by_cosine = verification_report(Level(), rows)["all_pairs"]
    assert by_cosine["EER"] > 30
    Level.score = "squared_distance"
    by_distance = verification_report(Level(), rows)["all_pairs"]
    assert (by_distance["EER"], by_distance["MNR"]) == (0, 0)


def test_nothing_but_bad_files(tmp_path):
    with pytest.raises(AudioError, match=r"none of 1 files.*no_such"):
        rows = [{"wav": str(tmp_path / "no_such.wav")}]
        embed_recordings(Loudness(), rows, progressbar=False)


def test_an_encoder_that_trains_is_measured_without_gradients(tmp_path):
    class Learnt(Loudness):
        weight = torch.nn.Parameter(torch.ones(2))

        def encode_batch(self, wavs, wav_lens=None):
            return super().encode_batch(wavs) * self.weight

    soundfile.write(tmp_path / "a.wav", np.full(4410, 0.1), 22050)
    rows = [{"wav": str(tmp_path / "a.wav")}]
    vectors, _ = embed_recordings(Learnt(), rows, progressbar=False)
    assert not vectors.requires_grad
