import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.probe import probe, probe_recordings
from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.audio import AudioError


def test_facts_of_a_file(tmp_path):
    path = tmp_path / "a.wav"
    samples = np.full(12000, 0.25)
    samples[7000] = -0.75
    soundfile.write(path, samples, 8000)
    assert probe(str(path)) == {
        "duration": 1.5,
        "start": 0,
        "stop": 12000,
        "sample_rate": 8000,
        "peak": 0.75,
    }


def write_bad(folder):
    """One file of each kind that cannot be used, and why."""
    rate = 44100
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("la la la" * 100)
    tone = 0.5 * np.sin(np.arange(rate) / 10)
    soundfile.write(folder / "cut.wav", tone, rate)
    whole = (folder / "cut.wav").read_bytes()
    (folder / "cut.wav").write_bytes(whole[: len(whole) // 2])
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, rate)
    soundfile.write(folder / "cut.flac", noise, rate)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    soundfile.write(folder / "short.wav", tone[:2205], rate)
    soundfile.write(folder / "silent.wav", np.zeros(rate), rate)
    soundfile.write(folder / "hum.wav", 5e-5 * tone, rate, "FLOAT")
    soundfile.write(folder / "header.wav", tone[:0], rate)
    soundfile.write(folder / "slow.wav", tone, 10)
    soundfile.write(folder / "$a.wav", tone, rate)
    for name, value in (("nan", np.nan), ("inf", np.inf)):
        broken = tone.copy()
        broken[1000] = value
        soundfile.write(folder / f"{name}.wav", broken, rate, "FLOAT")
    return {
        "missing.wav": "no such file",
        "empty.wav": "the file is empty",
        "text.wav": "not an audio file",
        "cut.wav": "truncated",
        "cut.flac": "cannot be decoded",
        "short.wav": "too short: 0.050 s",
        "silent.wav": "silent throughout",
        "hum.wav": "silent throughout",
        "header.wav": "the file holds no audio samples",
        "slow.wav": "sample rate not of audio: 10 Hz",
        "$a.wav": "$ in its name",
        "caf\udce9.wav": "name is not UTF-8",
        "nan.wav": "holds samples that are NaN",
        "inf.wav": "holds samples that are NaN",
    }


def test_each_bad_file_is_skipped_with_its_reason(tmp_path):
    expected = write_bad(tmp_path)
    soundfile.write(tmp_path / "good.wav", np.full(9000, 0.5), 44100)
    names = [*expected, "good.wav"]
    usable, skipped = probe_recordings(
        [{"path": str(tmp_path / name), "song": name} for name in names], 0.1
    )
    assert [row["song"] for row in usable] == ["good.wav"]
    assert [row["path"] for row in skipped] == [
        str(tmp_path / name) for name in expected
    ]
    for row, reason in zip(skipped, expected.values(), strict=True):
        assert row["reason"].startswith(reason)
        assert str(tmp_path) not in row["reason"]


def test_the_published_shortest_file_is_used(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(4410, 0.5), 44100)
    assert probe(str(tmp_path / "a.wav"))["stop"] == 4410


def test_sound_anywhere_in_a_long_file_is_found(tmp_path):
    samples = np.zeros(60 * 8000)
    samples[59 * 4000 + 1000] = 0.5  # 29.6 s, between the probed blocks
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    assert probe(str(tmp_path / "a.wav"))["peak"] == 0.5


def test_a_long_file_is_not_read_whole(tmp_path, monkeypatch):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 60 * 8000)
    soundfile.write(tmp_path / "a.wav", noise, 8000)
    read = []
    real = audio.read_open
    monkeypatch.setattr(
        "speechbrain_singer.corpora.probe.read_open",
        lambda file, start, frames: (
            read.append((start, frames)) or real(file, start, frames)
        ),
    )
    probe(str(tmp_path / "a.wav"))
    assert sum(frames for _, frames in read) == 10 * 8000
    # From the first to the last second, so that a torn end is seen
    assert read[0] == (0, 8000) and read[-1] == (59 * 8000, 8000)


@pytest.mark.parametrize("channels", [2, 1000])
def test_many_channels_are_one_recording(tmp_path, channels):
    samples = np.zeros((8000, channels))
    samples[:, 0] = 0.5
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    peak = probe(str(tmp_path / "a.wav"))["peak"]
    assert peak == pytest.approx(0.5 / channels, abs=1e-5)


def test_more_channels_than_libsndfile_takes_are_a_reason(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full((100, 2), 0.5), 8000)
    data = bytearray(path.read_bytes())
    data[22:24] = (5000).to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(AudioError, match=r"a\.wav: "):
        probe(str(path))
