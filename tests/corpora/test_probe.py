import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora.probe import probe, probe_recordings
from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.audio import AudioError


def tone(samples, peak=0.5):
    return peak * np.sin(np.arange(samples) * np.pi / 14)


def test_facts_of_a_file(tmp_path):
    path = tmp_path / "a.wav"
    samples = tone(12000, 0.25)
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
    sung = tone(rate)
    soundfile.write(folder / "cut.wav", sung, rate)
    whole = (folder / "cut.wav").read_bytes()
    (folder / "cut.wav").write_bytes(whole[: len(whole) // 2])
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, rate)
    soundfile.write(folder / "cut.flac", noise, rate)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    soundfile.write(folder / "short.wav", sung[:2205], rate)
    soundfile.write(folder / "silent.wav", np.zeros(rate), rate)
    soundfile.write(folder / "faint.wav", 1e-4 * sung, rate, "FLOAT")
    hiss = 2e-5 * noise
    soundfile.write(folder / "offset.wav", hiss + 0.002, rate, "FLOAT")
    time = 2 * np.pi * np.arange(rate) / rate
    hum = sum(np.sin(50 * k * time + k) / k for k in range(1, 9))
    soundfile.write(folder / "hum.wav", hiss + 0.005 * hum, rate, "FLOAT")
    soundfile.write(folder / "header.wav", sung[:0], rate)
    soundfile.write(folder / "slow.wav", sung, 10)
    for name, value in (("nan", np.nan), ("inf", np.inf), ("huge", 1e20)):
        broken = sung.copy()
        broken[1000] = value
        soundfile.write(folder / f"{name}.wav", broken, rate, "FLOAT")
    return {
        "missing.wav": "no such file",
        "empty.wav": "the file is empty",
        "text.wav": "not an audio file",
        "cut.wav": "truncated",
        "cut.flac": "truncated",
        "short.wav": "too short: 0.050 s",
        "silent.wav": "silent throughout",
        "faint.wav": "silent throughout",
        "offset.wav": "silent throughout",
        "hum.wav": "silent throughout",
        "header.wav": "the file holds no audio samples",
        "slow.wav": "sample rate not of audio: 10 Hz",
        "caf\udce9.wav": "name is not UTF-8",
        "a" * 300 + ".wav": "File name too long",
        "nan.wav": "holds samples that are NaN",
        "inf.wav": "holds samples that are NaN",
        "huge.wav": "holds samples that are no audio (1e+20)",
    }


def test_each_bad_file_is_skipped_with_its_reason(tmp_path):
    expected = write_bad(tmp_path)
    soundfile.write(tmp_path / "$good.wav", tone(9000), 44100)
    names = [*expected, "$good.wav"]
    usable, skipped = probe_recordings(
        [{"path": str(tmp_path / name), "song": name} for name in names], 0.1
    )
    assert [row["song"] for row in usable] == ["$good.wav"]
    assert [row["path"] for row in skipped] == [
        str(tmp_path / name) for name in expected
    ]
    for row, reason in zip(skipped, expected.values(), strict=True):
        assert row["reason"].startswith(reason)
        assert str(tmp_path) not in row["reason"]


def test_the_published_shortest_file_is_used(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(4410), 44100)
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


def test_the_peak_is_that_of_the_sound(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(44100, 0.25) + 0.1, 44100)
    assert probe(str(tmp_path / "a.wav"))["peak"] == pytest.approx(0.25, 1e-3)


def test_a_low_hum_that_is_sung_is_no_silence(tmp_path):
    """A pure tone of 100 Hz, at the level of a voice."""
    time = np.arange(44100) / 44100
    sung = 0.2 * np.sin(200 * np.pi * time)
    soundfile.write(tmp_path / "a.wav", sung, 44100)
    assert probe(str(tmp_path / "a.wav"))["peak"] == pytest.approx(0.2, 1e-3)


@pytest.mark.parametrize("channels", [2, 1000])
def test_many_channels_are_one_recording(tmp_path, channels):
    samples = np.zeros((8000, channels))
    samples[:, 0] = tone(8000)
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


def song_with_pauses(path, loud):
    """30 s of -60 dB, and of peak 0.5 where it is loud: pairs of seconds."""
    samples = np.random.default_rng(0).uniform(-1e-3, 1e-3, 30 * 8000)
    for start, stop in loud:
        samples[start * 8000 : stop * 8000] *= 500
    soundfile.write(path, samples, 8000)
    return str(path)


@pytest.mark.parametrize("loud", [[(0, 30)], [(8, 10)], [(1, 3), (27, 29)]])
def test_the_peak_of_coded_files_is_near_the_true_one(tmp_path, loud):
    path = song_with_pauses(tmp_path / "a.flac", loud)
    assert probe(path)["peak"] == pytest.approx(0.5, rel=0.1)


def test_little_of_loud_coded_files_is_decoded(tmp_path, monkeypatch):
    path = song_with_pauses(tmp_path / "a.flac", [(0, 30)])
    decoded, read = [], soundfile.SoundFile.read

    def counting(self, frames=-1, *args, **kwargs):
        decoded.append(frames)
        return read(self, frames, *args, **kwargs)

    monkeypatch.setattr(soundfile.SoundFile, "read", counting)
    probe(path)
    assert 0 < sum(decoded) <= 0.3 * 8000
