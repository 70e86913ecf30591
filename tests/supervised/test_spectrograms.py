"""Spectrograms on disk: what they are, when they are computed, what fails."""

import multiprocessing
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from tiny_decibels import TinyDecibels

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.supervised.spectrograms import (
    _own_modules,
    cached_spectrograms,
)


@pytest.fixture
def rows(tmp_path):
    rng = np.random.default_rng(0)
    for name in "abc":
        noise = rng.uniform(-0.5, 0.5, 4000)
        soundfile.write(tmp_path / f"{name}.wav", noise, 8000, "FLOAT")
    return [{"wav": str(tmp_path / f"{name}.wav")} for name in "abc"]


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def compute(rows, cache, **settings):
    """The spectrograms, the rows, and how many were computed."""
    TinyDecibels.calls = 0
    outcome = cached_spectrograms(
        TinyDecibels(**settings), rows, cache, progressbar=False
    )
    return *outcome, TinyDecibels.calls


def files(cache):
    return sorted(cache.glob("*/*"))


def test_they_are_those_of_the_front_end(rows, cache):
    found, kept, _ = compute(rows, cache)
    assert kept == rows
    for row, each in zip(rows, found, strict=True):
        wave = torch.from_numpy(soundfile.read(row["wav"], dtype="float32")[0])
        whole = TinyDecibels().decibels(wave[None])[0].T
        assert each.shape == (126, 8)
        np.testing.assert_allclose(each, whole, atol=0.02)


def test_long_ones_go_in_pieces(tmp_path, cache, monkeypatch):
    """70 s: 17,501 frames, of which 2048 are computed at once."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 560_000)
    soundfile.write(tmp_path / "long.wav", noise, 8000, "FLOAT")
    found, _, calls = compute([{"wav": str(tmp_path / "long.wav")}], cache)
    whole = TinyDecibels().decibels(torch.tensor(noise[None]).float())[0].T
    assert calls == 9
    np.testing.assert_allclose(found[0], whole, atol=0.02)


def test_each_is_computed_once(rows, cache):
    assert compute(rows[:2], cache)[2] == 2
    found, _, calls = compute(rows, cache)
    assert calls == 1 and len(found) == 3
    assert compute(rows[::-1], cache)[2] == 0
    assert len(files(cache)) == 3


def test_what_they_depend_on_computes_anew(rows, cache):
    compute(rows, cache)
    assert compute(rows, cache, hop_length=16)[2] == 3
    assert compute(rows, cache)[2] == 0
    stretch = [rows[0] | {"start": 1000, "stop": 3000}]
    found, _, calls = compute(stretch, cache)
    assert calls == 1 and found[0].shape == (63, 8)
    os.utime(rows[0]["wav"], ns=(1, 1))
    assert compute(rows, cache)[2] == 1


def test_they_depend_on_code_that_the_front_end_imports():
    names = {module.__name__ for module in _own_modules(LogMel)}
    expected = {
        "speechbrain_singer.checks",
        "speechbrain_singer.lobes.centred_frames",
        "speechbrain_singer.lobes.features",
        "speechbrain_singer.lobes.spectrogram",
    }
    assert names == expected


def test_they_are_resampled_and_mixed_down(tmp_path, cache):
    """A tone of 1 kHz in stereo is in the band from 1000 to 1437 Hz."""
    tone = np.sin(2 * np.pi * 1220 * np.arange(16000) / 16000)
    soundfile.write(tmp_path / "a.wav", np.stack([tone, tone], 1), 16000)
    found, _, _ = compute([{"wav": str(tmp_path / "a.wav")}], cache)
    assert found[0].shape == (251, 8)
    assert (found[0][5:-5].argmax(axis=1) == 2).all()


def test_a_bad_file_costs_itself_only(rows, cache, caplog):
    Path(rows[1]["wav"]).write_text("no audio")
    soundfile.write(rows[2]["wav"], np.zeros(30), 8000)
    found, kept, _ = compute(rows, cache)
    assert kept == rows[:1] and len(found) == 1
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert "b.wav: not an audio file" in messages[0]
    assert "c.wav: 30 samples at 8000 Hz are too short" in messages[1]


def test_none_is_an_error(rows, cache):
    for row in rows:
        os.remove(row["wav"])
    with pytest.raises(AudioError, match=r"none of 3.*a\.wav: no such file"):
        compute(rows, cache)


def test_what_is_not_finite_is_left_out(rows, cache, monkeypatch, caplog):
    decibels = TinyDecibels.decibels
    monkeypatch.setattr(
        TinyDecibels,
        "decibels",
        lambda self, wavs: (
            decibels(self, wavs) * (torch.nan if TinyDecibels.calls == 2 else 1)
        ),
    )
    assert compute(rows, cache)[1] == [rows[0], rows[2]]
    assert "b.wav: its spectrogram is not finite" in caplog.text


@pytest.mark.parametrize("damage", [b"", b"no array", None])
def test_damaged_ones_are_computed_anew(rows, cache, damage, caplog):
    before = np.array(compute(rows, cache)[0][0])
    path = Path(compute(rows, cache)[0][0].path)
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    found, _, calls = compute(rows, cache)
    assert calls == 1
    assert f"{path}: damaged: it is computed anew" in caplog.text
    np.testing.assert_array_equal(found[0], before)


def test_a_full_disk_ends_it_by_name(rows, cache, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="make room, and start the same"):
            compute(rows, cache)
    assert compute(rows, cache)[2] == 3


def test_a_folder_that_cannot_be_is_an_error(rows, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"file/TinyDecibels-.*cannot write"):
        compute(rows, tmp_path / "file")


def killed_at_the_second(rows, cache):
    """In a process of its own."""
    torch.set_num_threads(1)  # the threads of others are not forked
    sync, synced = os.fsync, []

    def kill(file):
        synced.append(file)
        if len(synced) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(file)

    os.fsync = kill
    compute(rows, cache)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_killed_one_goes_on(rows, cache):
    context = multiprocessing.get_context("fork")
    process = context.Process(target=killed_at_the_second, args=(rows, cache))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(files(cache)) == 2  # one, and what was left of the second
    found, _, calls = compute(rows, cache)
    assert calls == 2 and len(found) == 3
    assert len(files(cache)) == 3
    assert not [path for path in files(cache) if path.name.startswith(".")]


def test_the_front_end_stays_where_it_is(rows, cache):
    features = TinyDecibels().train()
    cached_spectrograms(features, rows, cache, progressbar=False)
    assert features.training
