import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
import torchaudio

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.manifest import read_manifest, write_manifest
from speechbrain_singer.dataio.recordings import Recordings
from speechbrain_singer.dataio.splits import Split


@pytest.fixture
def write(tmp_path):
    """Writes one file and prepares it: samples, rate -> manifest."""

    def write(samples, rate=44100, **options):
        soundfile.write(tmp_path / "a.wav", samples, rate, **options)
        corpus = Corpus(
            "folder", tmp_path, tmp_path / "save", split=Split(0, 0)
        )
        return corpus.prepare().train

    return write


def noise(seconds, rate=44100, shape=()):
    generator = np.random.default_rng(0)
    return generator.uniform(-0.5, 0.5, (round(seconds * rate), *shape))


def test_a_clip_is_that_stretch_of_the_file_at_peak_one(write):
    samples = noise(3)
    manifest = write(samples, subtype="FLOAT")
    with Recordings(manifest, 1.0, 44100).open(0) as recording:
        assert recording.last == 2 * 44100
        waveform = recording.read(30000).waveform()
    expected = samples[30000:74100]
    np.testing.assert_allclose(
        waveform, expected / abs(expected).max(), atol=1e-6
    )
    assert waveform.dtype == np.float32


def test_stereo_becomes_mono(write):
    samples = noise(2, shape=(2,))
    manifest = write(samples, subtype="FLOAT")
    with Recordings(manifest, 0.5, 44100).open(0) as recording:
        waveform = recording.read(1000).waveform()
    expected = samples[1000:23050].mean(axis=1)
    np.testing.assert_allclose(
        waveform, expected / abs(expected).max(), atol=1e-6
    )


@pytest.mark.parametrize("seconds", [3, 1.3])
@pytest.mark.parametrize("place", [0, 0.1, 1])
@pytest.mark.parametrize("rate", [48000, 22050, 8000])
def test_a_resampled_clip_is_a_clip_of_the_resampled_file(
    write, rate, place, seconds
):
    samples = noise(seconds, rate).astype(np.float32)
    manifest = write(samples, rate, subtype="FLOAT")
    with Recordings(manifest, 1.0, 44100).open(0) as recording:
        start = round(place * recording.last)
        start -= start % 160  # where a frame of the new rate falls on one
        waveform = recording.read(start).waveform()
    whole = torchaudio.functional.resample(
        torch.from_numpy(samples), rate, 44100
    ).numpy()
    expected = whole[start * 44100 // rate :][:44100]
    assert len(waveform) == 44100
    # At the edges too: neither gives away that the file was cut
    np.testing.assert_allclose(
        waveform, expected / abs(expected).max(), atol=1e-5
    )


def test_a_short_recording_is_padded_at_its_end(write):
    samples = noise(0.3)
    manifest = write(samples, subtype="FLOAT")
    with Recordings(manifest, 1.0, 44100).open(0) as recording:
        assert recording.last == 0
        clip = recording.read(0)
    assert clip.sounding == 1.0
    waveform = clip.waveform()
    np.testing.assert_allclose(
        waveform[:13230], samples / abs(samples).max(), atol=1e-6
    )
    assert len(waveform) == 44100 and not waveform[13230:].any()


def test_only_what_is_needed_is_read(write, monkeypatch):
    manifest = write(noise(10, 48000), 48000)
    read = []
    real = soundfile.SoundFile.read

    def counting(file, frames, *others):
        read.append(frames)
        return real(file, frames, *others)

    monkeypatch.setattr(soundfile.SoundFile, "read", counting)
    with Recordings(manifest, 1.0, 44100).open(0) as recording:
        recording.read(1000)
    # A second, and the filter's reach on both sides
    assert len(read) == 1 and 48000 <= read[0] <= 48320


@pytest.mark.parametrize("gain", [1.0, 3e-3])
def test_sounding_is_the_share_that_is_not_silent(write, gain):
    samples = noise(1) * gain
    samples[:13230] = 0  # three tenths
    samples[13230:17640] *= 1e-3  # and a tenth of hum 60 dB below
    manifest = write(samples, subtype="FLOAT")
    with Recordings(manifest, 1.0, 44100).open(0) as recording:
        assert recording.read(0).sounding == pytest.approx(0.6, abs=0.03)


def test_a_stretch_of_a_file(write):
    samples = noise(2)
    path = write(samples, subtype="FLOAT")
    with open(path) as file:
        text = file.read().replace(",0,88200,", ",4410,48510,")
    stretch = Path(path).with_name("stretch.csv")
    stretch.write_text(text)
    recordings = Recordings(stretch, 0.5, 44100)
    assert recordings.durations == pytest.approx([1.0])
    with recordings.open(0) as recording:
        assert recording.last == 22050
        waveform = recording.read(22050).waveform()
    expected = samples[26460:48510]
    np.testing.assert_allclose(
        waveform, expected / abs(expected).max(), atol=1e-6
    )


@pytest.mark.parametrize("seconds, rate", [(1, 44100), (2, 22050)])
def test_a_file_that_was_replaced_is_named(write, tmp_path, seconds, rate):
    manifest = write(noise(2))
    soundfile.write(tmp_path / "a.wav", noise(seconds, rate), rate)
    with pytest.raises(AudioError, match=r"a\.wav: changed since"):
        with Recordings(manifest, 0.5, 44100).open(0):
            pass


def test_an_empty_manifest_is_named(tmp_path, write):
    manifest = write(noise(1)).replace("train", "valid")
    with pytest.raises(ValueError, match=r"valid\.csv: no recordings"):
        Recordings(manifest, 1.0, 44100)


def test_a_clip_without_samples_is_an_error(write):
    with pytest.raises(ValueError, match="1e-06 s at 44100 Hz"):
        Recordings(write(noise(1)), 1e-6, 44100)


@pytest.mark.parametrize("seconds", [0, -1, math.nan, 1e9, "abc", None])
def test_a_length_that_no_clip_has_is_refused(seconds):
    with pytest.raises(ValueError, match=f"clip_seconds: {seconds!r}: must"):
        Recordings("not_read.csv", seconds, 44100)


@pytest.mark.parametrize("rate", [0, -1, 1e12, 10**12, 44100.0, "a", None])
def test_a_rate_that_no_audio_has_is_refused(rate):
    with pytest.raises(ValueError, match=f"sample_rate: {rate!r}: must"):
        Recordings("not_read.csv", 4.0, rate)


def test_another_file_of_a_row_is_read_at_the_same_time(tmp_path, write):
    samples = noise(2)
    manifest = write(samples, subtype="FLOAT")
    (row,) = read_manifest(manifest)
    row |= {"start": 44100, "stop": 88200, "mixture": str(tmp_path / "m.wav")}
    write_manifest(tmp_path / "stems.csv", [row])
    recordings = Recordings(tmp_path / "stems.csv", 0.25, 22050, "mixture")
    # Of another rate, and a little shorter than the first
    mixture = noise(1.9, 22050)
    soundfile.write(tmp_path / "m.wav", mixture, 22050, "FLOAT")
    with recordings.open(0, "mixture") as recording:
        assert recording.last == len(mixture) - 22050 - round(5512.5)
        waveform = recording.read(recording.last).waveform()
    expected = mixture[-len(waveform) :]
    np.testing.assert_allclose(
        waveform, expected / abs(expected).max(), atol=1e-6
    )
    soundfile.write(tmp_path / "m.wav", mixture[:22050], 22050, "FLOAT")
    with pytest.raises(AudioError, match=r"m\.wav: of 22050 frames, but"):
        with recordings.open(0, "mixture"):
            pass
