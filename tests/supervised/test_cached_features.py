"""Features on disk are those that were computed, but for rounding."""

import logging
import shutil
from collections import namedtuple

import numpy as np
import pytest
import soundfile
import torch
from tiny_layers import LAYERS, TIME, WIDTH, TinyLayers

from speechbrain_singer.dataio.chunks import Chunks, chunks_of
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling
from speechbrain_singer.supervised import cached_features
from speechbrain_singer.supervised.cached_features import (
    CachedFeatures,
    cached_parts,
)
from speechbrain_singer.supervised.parts import Part

COUNT = 20  # more than are computed at once


@pytest.fixture
def chunks(tmp_path):
    noise = np.random.default_rng(0).standard_normal(COUNT * TIME) / 10
    path = tmp_path / "a.wav"
    soundfile.write(path, noise, 16000)
    row = {"ID": "a", "wav": str(path), "sample_rate": 16000}
    rows = chunks_of([row | {"start": 0, "stop": len(noise)}], TIME / 16000)
    return Chunks(rows, 16000, list(range(COUNT)))


@pytest.fixture
def features():
    torch.manual_seed(0)
    return TinyLayers().freeze()


def cache(features, tmp_path, pooled=False):
    return CachedFeatures(features, tmp_path / "cache", pooled, "cpu", False)


@pytest.mark.parametrize("pooled", [False, True])
def test_they_are_what_is_computed(chunks, features, tmp_path, pooled):
    stored = cache(features, tmp_path, pooled).of(chunks)
    wavs = torch.stack([chunks[i]["wav"] for i in range(COUNT)])
    expected = features(wavs)
    if pooled:
        expected = expected.mean(dim=1, keepdim=True)
    found = torch.stack([stored[i]["features"] for i in range(COUNT)])
    assert torch.equal(found, expected.half())
    assert [stored[i]["label"] for i in range(COUNT)] == list(range(COUNT))
    assert len(stored) == COUNT and stored.row.tolist() == [0] * COUNT


def test_they_are_computed_once(chunks, features, tmp_path):
    cache(features, tmp_path).of(chunks)
    calls = features.calls
    again = cache(features, tmp_path)
    stored = again.of(chunks)
    assert features.calls == calls + 1  # of the shape
    # One that was killed goes on, and what was cut is computed anew
    stored.paths[3].unlink()
    stored.paths[5].write_bytes(b"cut")
    with pytest.raises(ValueError, match="gone or damaged"):
        stored[5]
    assert torch.equal(again.of(chunks)[3]["features"], stored[3]["features"])
    assert features.calls == calls + 3


def test_other_weights_and_files_have_others(chunks, features, tmp_path):
    first = cache(features, tmp_path).of(chunks)
    with torch.no_grad():
        features.linear.bias += 1
    second = cache(features, tmp_path).of(chunks)
    assert first.paths[0] != second.paths[0]
    assert not torch.equal(first[0]["features"], second[0]["features"])
    path = tmp_path / "a.wav"
    soundfile.write(path, soundfile.read(path)[0] / 2, 16000, subtype="FLOAT")
    third = cache(features, tmp_path).of(chunks)
    assert third.paths[0] != second.paths[0]


def test_their_size_is_said_first_and_a_full_disk(
    chunks, features, tmp_path, monkeypatch, caplog
):
    with caplog.at_level(logging.INFO):
        cache(features, tmp_path).of(chunks)
    size = COUNT * 4 * LAYERS * WIDTH * 2 / 1e9
    assert f"{COUNT} are computed, which take {size:.3g} GB" in caplog.text
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(100))
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(OSError, match=r"make room, name another cache_folder"):
        cache(features, tmp_path).of(chunks)
    assert not list((tmp_path / "cache").glob("*/*.f2"))


def test_what_is_no_float16_is_refused(chunks, features, tmp_path):
    hidden = features.hidden_layers
    features.hidden_layers = lambda wavs: 1e6 * hidden(wavs)
    with pytest.raises(ValueError, match="set cache_features to False"):
        cache(features, tmp_path).of(chunks)


def test_means_are_enough_where_the_encoder_says_so(chunks, features, tmp_path):
    parts = {"train": Part([], chunks, ["a"])}
    for encoder, frames in ((LayerPooling, 1), (LayerFrames, 4)):
        own = encoder(LAYERS, WIDTH)
        found = cached_parts(features, own, parts, tmp_path / "c", "cpu", False)
        item = found["train"].windows[0]["features"]
        assert item.shape == (frames, LAYERS, WIDTH)
        expected = own(features(chunks[0]["wav"][None]))
        got = own(item[None].float())
        assert torch.allclose(got, expected, atol=1e-3)


def test_processes_share_the_work(chunks, features, tmp_path, monkeypatch):
    """The second of two: it computes its half, and what it does not get."""
    computed = []
    write = cached_features.write_features

    def written(path, value):
        computed.append(path)
        write(path, value)

    def gathered(error):
        shares.append(len(computed))
        return [None, error]

    shares = []
    monkeypatch.setattr(cached_features, "write_features", written)
    monkeypatch.setattr(cached_features, "gather_objects", gathered)
    share = {"rank": 1, "world_size": 2}
    monkeypatch.setattr(cached_features, "own_share", lambda: share)
    stored = cache(features, tmp_path).of(chunks)
    # After the room is looked at, its half, and the rest
    assert shares == [0, COUNT // 2, COUNT] and len(set(computed)) == COUNT
    assert computed[: COUNT // 2] == stored.paths[1::2]
    failed = [OSError("the other one's disk is full"), None]
    monkeypatch.setattr(cached_features, "gather_objects", lambda own: failed)
    with pytest.raises(OSError, match="the other one's disk"):
        cache(features, tmp_path).of(chunks)
