import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import (
    AudioError,
    read_audio,
    resampler,
)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_samples_are_the_mean_of_what_soundfile_reads(
    tmp_path, subtype, channels
):
    path = tmp_path / "a.wav"
    samples = np.random.default_rng(0).uniform(-1, 1, (3000, channels))
    soundfile.write(path, samples, 44100, subtype)
    expected = soundfile.read(path, always_2d=True)[0].mean(axis=1)
    waveform, rate = read_audio(path)
    assert (waveform.dtype, rate) == (np.float32, 44100)
    np.testing.assert_allclose(waveform, expected, atol=1e-7)
    stretch, _ = read_audio(path, start=1000, frames=500)
    np.testing.assert_array_equal(stretch, waveform[1000:1500])
    end, _ = read_audio(path, start=2900, frames=500)
    np.testing.assert_array_equal(end, waveform[2900:])


def test_what_cannot_be_read_is_named(tmp_path):
    missing, empty, text = (tmp_path / f"{n}.wav" for n in ("a", "b", "c"))
    empty.touch()
    text.write_text("la la la" * 100)
    for path, reason in (
        (missing, "no such file"),
        (tmp_path, "no such file"),
        (empty, "the file is empty"),
        (text, "not an audio file"),
    ):
        with pytest.raises(AudioError) as caught:
            read_audio(path)
        assert str(caught.value).startswith(f"{path}: {reason}")


@pytest.mark.parametrize("name", ["a.m4a", "b.AAC", "c.wma"])
def test_audio_that_libsndfile_does_not_know_is_to_be_converted(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0" * 100)
    reason = (
        f"format not supported: convert {path.suffix} to wav or flac "
        f"(ffmpeg -i {name} {path.stem}.flac)"
    )
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    assert str(caught.value) == f"{path}: {reason}"


def test_what_is_inside_counts_not_the_ending(tmp_path):
    path = tmp_path / "a.m4a"
    soundfile.write(path, np.full(1000, 0.5), 44100, format="WAV")
    assert len(read_audio(path)[0]) == 1000


def test_a_truncated_wav_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(44100), 44100)
    path.write_bytes(path.read_bytes()[:50000])
    with pytest.raises(AudioError, match=r"a\.wav: truncated: 88200 bytes"):
        read_audio(path)


def test_a_wav_written_to_a_pipe_is_read(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(1000, 0.5), 44100)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert len(read_audio(path)[0]) == 1000


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_refused(tmp_path, value):
    path = tmp_path / "a.wav"
    samples = np.zeros(1000)
    samples[500] = value
    soundfile.write(path, samples, 44100, "FLOAT")
    with pytest.raises(AudioError, match=r"a\.wav: holds samples"):
        read_audio(path)
    assert len(read_audio(path, frames=400)[0]) == 400


@pytest.mark.parametrize("rate", [8000, 16000, 48000, 96000, 44099])
def test_a_resampled_tone_keeps_its_pitch(rate):
    time = torch.arange(round(1.1 * rate), dtype=torch.float64) / rate
    tone = torch.sin(2000 * torch.pi * time).float()
    resampled = resampler(rate, 44100)(tone).numpy()
    assert abs(len(resampled) - 48510) <= 2
    spectrum = np.abs(np.fft.rfft(resampled[:44100] * np.hanning(44100)))
    assert spectrum.argmax() == 1000
