import os

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.baselines.mfcc import MFCCStatistics
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.cache import (
    cached_embeddings,
    fingerprint,
    rows_fingerprint,
)


class Counting(torch.nn.Module):
    """Counts how often it is asked."""

    sample_rate = 8000
    dimension = 2

    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale
        self.weight = torch.nn.Parameter(torch.ones(2))
        self._calls = 0

    def encode_batch(self, wavs, wav_lens=None):
        self._calls += 1
        moments = torch.stack([wavs.mean(1), wavs.std(1)], dim=1)
        return (self.scale * self.weight * moments).unsqueeze(1)


@pytest.fixture
def rows(tmp_path):
    rng = np.random.default_rng(0)
    for name in "ab":
        soundfile.write(tmp_path / f"{name}.wav", rng.random(800), 8000)
    return [{"wav": str(tmp_path / f"{name}.wav")} for name in "ab"]


def test_computes_once(rows, tmp_path):
    encoder = Counting()
    first, kept = cached_embeddings(encoder, rows, tmp_path / "cache")
    calls = encoder._calls
    again, kept_again = cached_embeddings(encoder, rows, tmp_path / "cache")
    assert calls > 0 and encoder._calls == calls
    assert torch.equal(first, again)
    assert kept == kept_again == rows


def test_nothing_is_kept_without_a_folder(rows):
    encoder = Counting()
    cached_embeddings(encoder, rows)
    calls = encoder._calls
    cached_embeddings(encoder, rows)
    assert encoder._calls == 2 * calls


@pytest.mark.parametrize(
    "change",
    [
        lambda encoder: setattr(encoder, "scale", 2.0),
        lambda encoder: encoder.weight.data.mul_(2),
    ],
)
def test_another_encoder_is_asked(rows, tmp_path, change):
    encoder = Counting()
    first, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    change(encoder)
    second, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    assert torch.allclose(2 * first, second)


def test_a_changed_file_and_another_stretch_are_read(rows, tmp_path):
    known = rows_fingerprint(rows)
    stretch = [row | {"start": 0, "stop": 400} for row in rows]
    assert rows_fingerprint(stretch) != known
    assert rows_fingerprint(rows[::-1]) != known
    os.utime(rows[0]["wav"], (1, 1))
    assert rows_fingerprint(rows) != known


def test_damage_is_named_and_mended(rows, tmp_path, caplog):
    encoder = Counting()
    first, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    again, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    assert torch.equal(first, again)
    assert str(kept) in caplog.text and "damaged" in caplog.text
    assert torch.load(kept, weights_only=True).shape == (2, 2)


def test_what_failed_is_said_again(rows, tmp_path, caplog):
    (tmp_path / "bad.wav").write_text("no audio")
    rows = [*rows, {"wav": str(tmp_path / "bad.wav")}]
    cached_embeddings(Counting(), rows, tmp_path / "cache")
    caplog.clear()
    embeddings, kept = cached_embeddings(Counting(), rows, tmp_path / "cache")
    assert len(embeddings) == len(kept) == 2
    assert "1 of 3 recordings could not be encoded" in caplog.text


def test_a_failure_of_all_is_not_kept(tmp_path):
    rows = [{"wav": str(tmp_path / "none.wav")}]
    for _ in range(2):
        with pytest.raises(AudioError, match="none of 1"):
            cached_embeddings(Counting(), rows, tmp_path / "cache")


def test_settings_count_and_the_threshold_does_not():
    assert fingerprint(MFCCStatistics()) == fingerprint(MFCCStatistics())
    other = MFCCStatistics()
    other.statistics.trim_db += 1
    assert fingerprint(other) != fingerprint(MFCCStatistics())
    other = MFCCStatistics()
    other.threshold = 0.5
    assert fingerprint(other) == fingerprint(MFCCStatistics())


def test_objects_that_are_no_modules():
    class Plain:
        def __init__(self, order):
            self.order = order

    assert fingerprint(Plain(1)) == fingerprint(Plain(1))
    assert fingerprint(Plain(1)) != fingerprint(Plain(2))
