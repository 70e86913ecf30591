import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation import cache
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.embeddings import encode_on_all

CALLS = []


class Counting(torch.nn.Module):
    """Says in CALLS when it is asked."""

    sample_rate = 8000
    dimension = 2

    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale
        self.weight = torch.nn.Parameter(torch.ones(2))

    def encode_batch(self, wavs, wav_lens=None):
        CALLS.append(len(wavs))
        moments = torch.stack([wavs.mean(1), wavs.std(1)], dim=1)
        return (self.scale * self.weight * moments).unsqueeze(1)


@pytest.fixture
def rows(tmp_path):
    rng = np.random.default_rng(0)
    for name in "ab":
        soundfile.write(tmp_path / f"{name}.wav", rng.random(800), 8000)
    return [{"wav": str(tmp_path / f"{name}.wav")} for name in "ab"]


def test_computes_once(rows, tmp_path):
    CALLS.clear()
    encoder = Counting()
    first, kept = cached_embeddings(encoder, rows, tmp_path / "cache")
    calls = len(CALLS)
    again, kept_again = cached_embeddings(encoder, rows, tmp_path / "cache")
    assert calls > 0 and len(CALLS) == calls
    assert torch.equal(first, again)
    assert kept == kept_again == rows


def test_nothing_is_kept_without_a_folder(rows):
    CALLS.clear()
    encoder = Counting()
    cached_embeddings(encoder, rows)
    calls = len(CALLS)
    cached_embeddings(encoder, rows)
    assert len(CALLS) == 2 * calls > 0


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


def test_damage_is_named_and_mended(rows, tmp_path, caplog):
    encoder = Counting()
    first, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    again, _ = cached_embeddings(encoder, rows, tmp_path / "cache")
    assert torch.equal(first, again)
    assert str(kept) in caplog.text and "damaged" in caplog.text
    assert load_file(kept)["embeddings"].shape == (2, 2)


def test_a_flipped_bit_is_noticed(rows, tmp_path, caplog):
    first, _ = cached_embeddings(Counting(), rows, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    content = bytearray(kept.read_bytes())
    content[-2] ^= 1
    kept.write_bytes(content)
    again, _ = cached_embeddings(Counting(), rows, tmp_path / "cache")
    assert torch.equal(first, again)
    assert "differs from its digest" in caplog.text


def test_embeddings_that_cannot_be_kept_are_used(rows, tmp_path, caplog):
    (tmp_path / "cache").write_text("in the way")
    embeddings, _ = cached_embeddings(Counting(), rows, tmp_path / "cache")
    assert len(embeddings) == 2
    assert "not kept" in caplog.text and "cache" in caplog.text


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
        with pytest.raises(AudioError, match=r"none of 1 .*none\.wav"):
            cached_embeddings(Counting(), rows, tmp_path / "cache")


def test_what_cannot_be_told_apart_is_not_kept(rows, tmp_path, caplog):
    encoder = Counting()
    encoder.generator = (number for number in range(3))
    cached_embeddings(encoder, rows, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
    assert "encoder.generator" in caplog.text


def test_a_key_that_is_known_is_not_made_again(rows, tmp_path, monkeypatch):
    encoder = Counting()
    key = cache.embeddings_key(encoder, rows)
    monkeypatch.setattr(cache, "fingerprint", None)
    cached_embeddings(encoder, rows, tmp_path / "cache", key=key)
    assert [path.stem for path in (tmp_path / "cache").iterdir()] == [key]


@pytest.fixture
def many(rows, tmp_path, monkeypatch):
    """Two files each read twice, and one that cannot be read, in blocks."""
    monkeypatch.setattr(cache, "BLOCK", 2)
    (tmp_path / "bad.wav").write_text("no audio")
    bad = {"wav": str(tmp_path / "bad.wav")}
    return [*rows, bad, bad, *rows[::-1]]


def test_a_run_that_was_stopped_goes_on_where_it_was(
    many, tmp_path, monkeypatch, caplog
):
    expected, usable = cached_embeddings(Counting(), many)
    asked = []

    def encode(encoder, rows, progressbar):
        asked.append(rows)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return encode_on_all(encoder, rows, progressbar)

    monkeypatch.setattr(cache, "encode_on_all", encode)
    folder = tmp_path / "cache"
    with pytest.raises(KeyboardInterrupt):
        cached_embeddings(Counting(), many, folder)
    assert len(list(folder.iterdir())) == 1
    found, kept = cached_embeddings(Counting(), many, folder)
    # Nothing is kept of the block in which all failed
    assert asked[3:] == [many[2:4], many[4:]]
    assert kept == usable == [*many[:2], *many[4:]]
    assert torch.equal(found, expected)
    assert "bad.wav" in caplog.text


def test_a_failure_of_all_blocks(many, tmp_path):
    with pytest.raises(AudioError, match="none of 4 recordings"):
        cached_embeddings(Counting(), 2 * many[2:4], tmp_path / "cache")
