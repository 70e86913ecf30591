import os
import re
import shutil
import subprocess

import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.converted import (
    by_ffmpeg,
    channel_of,
    convert_files,
)


@pytest.fixture
def folder(tmp_path):
    """Two stereo files, the right channel of each half as loud."""
    (tmp_path / "a").mkdir()
    left = np.sin(np.arange(4000) / 9)
    for name in ("a/1.wav", "2.wav"):
        samples = np.stack([left, left / 2], axis=1)
        soundfile.write(tmp_path / name, samples, 16000)
    return tmp_path


def test_a_channel_is_taken_out(folder):
    paths = [folder / "a" / "1.wav", folder / "2.wav"]
    targets, skipped = convert_files(paths, folder, channel_of(1), "_right")
    assert skipped == []
    assert targets[paths[0]] == folder / ".converted/a/1.wav_right.flac"
    for path in paths:
        expected = soundfile.read(path)[0][:, 1]
        found, rate = soundfile.read(targets[path])
        np.testing.assert_allclose(found, expected, atol=1e-4)
        assert rate == 16000


def test_what_is_converted_stays(folder):
    (path,) = paths = [folder / "2.wav"]
    targets, _ = convert_files(paths, folder, channel_of(0))
    written = targets[path].stat().st_mtime_ns
    convert_files(paths, folder, channel_of(0))
    assert targets[path].stat().st_mtime_ns == written
    # Another source is converted anew, even an older one
    soundfile.write(path, np.full((50, 2), 0.25), 16000)
    os.utime(path, (1, 1))
    convert_files(paths, folder, channel_of(0))
    assert soundfile.info(targets[path]).frames == 50


def test_one_bad_file_costs_itself(folder, ffmpeg):
    (folder / "broken.m4a").write_bytes(b"nothing")
    paths = [folder / "2.wav", folder / "broken.m4a"]
    targets, skipped = convert_files(paths, folder, by_ffmpeg)
    assert list(targets) == paths[:1]
    (row,) = skipped
    assert row["path"] == str(paths[1])
    assert row["reason"] == "not converted: ffmpeg: moov atom not found"
    assert not any((folder / ".converted").glob("**/*broken*"))


def test_without_ffmpeg_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(FileNotFoundError, match="install it"):
        convert_files([folder / "2.wav"], folder, by_ffmpeg)


def test_a_missing_channel_is_told(folder):
    path = folder / "mono.wav"
    soundfile.write(path, np.zeros(100), 16000)
    _, (row,) = convert_files([path], folder, channel_of(1))
    assert "mono.wav: has no channel 2" in row["reason"]


@pytest.mark.parametrize(
    ("samples", "options", "message"),
    [
        (np.full((100, 2), 1.5), {"subtype": "FLOAT"}, "samples above 1"),
        (np.full((100, 2), np.nan), {"subtype": "FLOAT"}, "NaN|not finite"),
        (np.zeros((100, 2)), {"samplerate": 768_000}, "768000 Hz"),
    ],
)
def test_what_flac_cannot_hold_is_told(folder, samples, options, message):
    path = folder / "bad.wav"
    soundfile.write(path, samples, **({"samplerate": 16000} | options))
    _, (row,) = convert_files([path, folder / "2.wav"], folder, channel_of(0))
    assert row["path"] == str(path)
    assert re.search(message, row["reason"])
    assert "/." not in row["reason"].replace("/.converted", "")


def test_a_damaged_file_is_told(folder):
    path = folder / "cut.flac"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (50_000, 2))
    soundfile.write(path, noise, 16000)
    path.write_bytes(path.read_bytes()[:90_000])
    _, (row,) = convert_files([path], folder, channel_of(0))
    assert "cut.flac" in row["reason"]


def test_any_name_may_be_in_the_error(folder, ffmpeg):
    path = os.fsencode(folder) + b"/broken\xff.m4a"
    with open(path, "wb") as file:
        file.write(b"nothing")
    _, (row,) = convert_files([os.fsdecode(path)], folder, by_ffmpeg)
    assert row["reason"] == "not converted: ffmpeg: moov atom not found"


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
def test_a_real_m4a_is_converted(folder):
    path = folder / "a.m4a"
    command = ["ffmpeg", "-v", "error", "-i", folder / "2.wav", path]
    subprocess.run(command, check=True)
    targets, skipped = convert_files([path], folder, by_ffmpeg)
    assert skipped == []
    assert soundfile.info(targets[path]).samplerate == 16000
    assert soundfile.info(targets[path]).frames >= 4000
