"""Stretches of files, batches of clips, and failures among them."""

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.embeddings import (
    BATCH,
    embed_recordings,
    encode_rows,
)
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

RATE = 8000


class Moments:
    """Mean and deviation; refuses what is silent."""

    sample_rate = RATE
    dimension = 2
    sizes = ()

    def encode_batch(self, wavs, wav_lens=None):
        self.sizes = (*self.sizes, len(wavs))
        if (wavs == 0).all(dim=1).any():
            raise AudioError("a row is silent")
        moments = torch.stack([wavs.mean(1), wavs.std(1, correction=0)], dim=1)
        return moments.unsqueeze(1)


@pytest.fixture
def song(tmp_path):
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, 20 * RATE)
    soundfile.write(tmp_path / "song.wav", samples, RATE, subtype="FLOAT")
    return str(tmp_path / "song.wav"), samples


def clips(path, seconds, count):
    length = seconds * RATE
    return [
        {"wav": path, "start": i * length, "stop": (i + 1) * length}
        for i in range(count)
    ]


def test_clips_are_the_stretches_they_say(song):
    path, samples = song
    vectors, _ = embed_recordings(Moments(), clips(path, 1, 20), False)
    parts = samples.reshape(20, RATE)
    assert vectors.numpy() == pytest.approx(
        np.stack([parts.mean(1), parts.std(1)], axis=1), abs=1e-6
    )


def test_a_file_at_another_rate_is_resampled(tmp_path):
    class Samples(Moments):
        dimension = RATE

        def encode_batch(self, wavs, wav_lens=None):
            return wavs.unsqueeze(1)

    def tone(rate):
        return 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)

    path = str(tmp_path / "tone.wav")
    soundfile.write(path, tone(3 * RATE), 3 * RATE, subtype="FLOAT")
    (vector,) = encode_rows(Samples(), [{"wav": path}], False)
    inner = slice(100, -100)  # the filter starts and ends in silence
    assert vector.numpy()[inner] == pytest.approx(tone(RATE)[inner], abs=0.01)


def test_clips_of_one_length_go_together(song):
    encoder = Moments()
    rows = clips(song[0], 1, 20) + clips(song[0], 2, 3)
    encode_rows(encoder, rows, False)
    assert encoder.sizes == (BATCH, 20 - BATCH, 3)


def test_a_failure_costs_no_other_clip(song, tmp_path, caplog):
    soundfile.write(tmp_path / "rest.wav", np.zeros(RATE), RATE)
    rows = clips(song[0], 1, 3)
    rows.insert(
        1, {"wav": str(tmp_path / "rest.wav"), "start": 0, "stop": RATE}
    )
    vectors = encode_rows(Moments(), rows, False)
    assert vectors.isnan().any(dim=1).tolist() == [False, True, False, False]
    assert "rest.wav: a row is silent" in caplog.text


def test_an_embedding_that_is_not_finite_is_named(song, caplog):
    class Broken(Moments):
        def encode_batch(self, wavs, wav_lens=None):
            embeddings = super().encode_batch(wavs)
            embeddings[0] = torch.nan
            return embeddings

    vectors, kept = embed_recordings(Broken(), clips(song[0], 1, 3), False)
    assert len(vectors) == len(kept) == 2
    assert "song.wav: its embedding is not finite" in caplog.text


def test_a_file_shorter_than_its_manifest_is_named(song, caplog):
    rows = [*clips(song[0], 1, 1), {"wav": song[0], "start": 0, "stop": 999999}]
    vectors = encode_rows(Moments(), rows, False)
    assert vectors[1].isnan().all() and not vectors[0].isnan().any()
    assert "truncated: 999999 samples announced" in caplog.text


def test_singer_encoder_reads_the_same_stretches(song):
    """Through its own reader, which takes long files piece by piece."""
    torch.manual_seed(0)

    class Projection(torch.nn.Module):
        embedding_dim = 3

        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(16, 3)

        def forward(self, features):
            return self.linear(features.mean(dim=2))

    front_end = LogMel(RATE, n_fft=256, hop_length=128, n_mels=16)
    encoder = SingerEncoder(
        {"encoder": WaveformEncoder(front_end, Projection())},
        {"window_seconds": 1.0},
    )
    path, samples = song
    rows = clips(path, 1, 4)
    vectors = encode_rows(encoder, rows, False)
    waveforms = torch.tensor(samples.reshape(20, RATE)[:4]).float()
    expected = encoder.encode_batch(waveforms)[:, 0]
    assert torch.allclose(vectors, expected, atol=1e-5)


class Fragile(Moments):
    """Fails for reasons of its own where the first sample is negative."""

    def __init__(self, fault):
        self.fault = fault

    def encode_batch(self, wavs, wav_lens=None):
        bad = wavs[:, 0] < 0
        if bad.any() and self.fault:
            raise self.fault
        embeddings = super().encode_batch(wavs)
        embeddings[bad] = torch.nan
        return embeddings


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RuntimeError("kernel size exceeds input"), "kernel size exceeds"),
        (MemoryError(), "MemoryError"),
        (ValueError("no voice"), "no voice"),
        (None, "its embedding is not finite"),
    ],
)
def test_whatever_one_recording_brings_about_costs_its_own_row(
    song, fault, reason, caplog
):
    path, samples = song
    rows = clips(path, 1, 20)
    good = samples.reshape(20, RATE)[:, 0] >= 0
    embeddings = encode_rows(Fragile(fault), rows, False)
    expected = encode_rows(Moments(), rows, False)
    assert embeddings.isfinite().all(dim=1).tolist() == good.tolist()
    assert torch.equal(embeddings[good], expected[good])
    assert sum(reason in message for message in caplog.messages) == sum(~good)


def test_what_all_recordings_bring_about_is_said_with_its_cause(song):
    path, _ = song
    fault = RuntimeError("no driver")

    class Broken(Moments):
        def encode_batch(self, wavs, wav_lens=None):
            raise fault

    with pytest.raises(AudioError, match=r"none of 3 .*no driver") as caught:
        encode_rows(Broken(), clips(path, 1, 3), False)
    assert caught.value.__cause__.__cause__ is fault


def test_bad_files_of_all_kinds_cost_their_own_rows(song, tmp_path):
    path, samples = song
    loud = samples[:RATE].copy()
    loud[17] = 1e20
    soundfile.write(tmp_path / "loud.wav", loud, RATE, subtype="FLOAT")
    soundfile.write(tmp_path / "rate.wav", samples[:RATE], 10)
    bad = [tmp_path / "loud.wav", tmp_path / "rate.wav", "a" * 300, "a\0", None]
    rows = [{"wav": each} for each in [*bad, path]]
    embeddings = encode_rows(Moments(), rows, False)
    assert embeddings.isfinite().all(dim=1).tolist() == [False] * 5 + [True]
