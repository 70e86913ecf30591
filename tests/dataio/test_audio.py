import builtins
import io
import os
import struct
import tempfile
import tracemalloc
import zlib

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.audio import (
    LOUDEST,
    AudioError,
    check_samples,
    open_audio,
    read_audio,
    read_open,
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
        (empty / "d.wav", "Not a directory"),
        (tmp_path / ("x" * 300), "File name too long"),
        (f"{tmp_path}/a\0b", "stat: embedded null"),
        (None, "neither a path nor"),
        (float("nan"), "neither a path nor"),
        (7, "neither a path nor"),
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


def test_one_without_permission_is_named(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(100), 44100)

    def forbidden(*args):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(builtins, "open", forbidden)
    with pytest.raises(AudioError) as caught:
        open_audio(path)
    assert str(caught.value) == f"{path}: no permission to read it"


def test_a_name_that_is_not_utf_8_is_read(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9 $x \n.wav")
    with open(path, "wb") as file:
        soundfile.write(file, np.full(100, 0.5), 44100, format="WAV")
    for name in (path, os.fsdecode(path)):
        assert len(read_audio(name)[0]) == 100
        with open_audio(name) as file:
            assert file.name.encode().endswith(b"/caf\\udce9 $x \n.wav")


def test_file_objects_are_read_like_paths(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.arange(-500, 500) / 1000, 44100)
    expected, _ = read_audio(path)
    memory = io.BytesIO(path.read_bytes())
    memory.seek(17)
    with (
        open(path, "rb") as file,
        open(path, "rb", buffering=0) as raw,
        tempfile.SpooledTemporaryFile() as spooled,
    ):
        spooled.write(path.read_bytes())
        for source in (memory, file, raw, spooled):
            for _ in range(2):  # and left open
                waveform, rate = read_audio(source)
                np.testing.assert_array_equal(waveform, expected)
                assert rate == 44100


def test_file_objects_that_cannot_be_read_are_named(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(100, 0.5), 44100)
    with open(path, encoding="latin-1") as text:
        with pytest.raises(AudioError, match=r"a\.wav: opened as text"):
            read_audio(text)
    closed = io.BytesIO(path.read_bytes())
    closed.close()
    for source, reason in (
        (io.BytesIO(), "the file is empty"),
        (io.BytesIO(b"la la"), "not an audio file"),
        (io.StringIO("la la"), "opened as text"),
        (closed, "I/O operation on closed file"),
    ):
        with pytest.raises(AudioError) as caught:
            read_audio(source)
        assert str(caught.value).startswith(f"the file object: {reason}")
    reader, writer = os.pipe()
    os.close(writer)
    with open(reader, "rb") as pipe, pytest.raises(AudioError, match="seek"):
        read_audio(pipe)


@pytest.mark.parametrize("rate", [1, 44, 999, 1_000_001, 2**31 - 1])
def test_rates_of_no_audio_are_refused(tmp_path, rate):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(1000, 0.5), 44100)
    data = bytearray(path.read_bytes())
    data[24:28] = struct.pack("<I", rate)
    path.write_bytes(data)
    with pytest.raises(AudioError) as caught:
        open_audio(path)
    message = f"{path}: sample rate not of audio: {rate} Hz"
    assert str(caught.value) == message


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


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e20, -1e10])
@pytest.mark.parametrize("others", [[], [0.0], [1.0], [-1.0]])
def test_samples_that_are_no_audio_are_refused(tmp_path, value, others):
    path = tmp_path / "a.wav"
    samples = np.zeros((1000, 1 + len(others)))
    samples[500] = [value, *(value * other for other in others)]
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


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_samples_are_audio_up_to_the_largest_integer(kind):
    check_samples(kind([LOUDEST, -LOUDEST, 0.0]), "a")
    check_samples(kind([]), "a")
    for value, what in (
        (2.2e9, r"no audio \(2.2e\+09\)"),
        (-1e20, r"no audio \(-1e\+20\)"),
        (np.nan, "NaN or infinite"),
        (-np.inf, "NaN or infinite"),
    ):
        with pytest.raises(
            AudioError, match=f"^a: holds samples that are {what}"
        ):
            check_samples(kind([[0.0, 0.5], [value, 0.0]]), "a")


def test_what_a_header_claims_is_not_asked_for(tmp_path):
    """A FLAC that says that it is eight days long, and does not end so."""
    path = tmp_path / "a.flac"
    soundfile.write(path, np.zeros(44100), 44100)
    data = bytearray(path.read_bytes())
    data[21:26] = (data[21] << 32 | 2**35).to_bytes(5, "big")
    path.write_bytes(data + bytes(2**20))  # or the last frame told it
    tracemalloc.start()
    with pytest.raises(AudioError, match="damaged or truncated"):
        read_audio(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10**8


def test_long_files_are_read_in_blocks(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    samples = np.random.default_rng(0).uniform(-1, 1, (1000, 2))
    soundfile.write(path, samples, 44100, "DOUBLE")
    monkeypatch.setattr(audio, "_BLOCK_SAMPLES", 200)
    waveform, _ = read_audio(path)
    np.testing.assert_allclose(waveform, samples.mean(axis=1), atol=1e-6)
    waveform, _ = read_audio(path, start=150, frames=333)
    np.testing.assert_allclose(waveform, samples[150:483].mean(1), atol=1e-6)


def test_no_file_stays_open(tmp_path):
    """Neither those that are read nor those that are refused."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("the system does not list open files")
    good, piped, cut = (tmp_path / f"{name}.wav" for name in "abc")
    soundfile.write(good, np.full(1000, 0.5), 44100)
    data = good.read_bytes()
    piped.write_bytes(data[:40] + bytes(4) + data[44:])
    cut.write_bytes(data[:1000])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        read_audio(good)
        read_audio(piped)
        with pytest.raises(AudioError):
            open_audio(cut)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("ending", ["raw", "RAW", "vox", "gsm", "pcm"])
def test_what_has_no_header_is_not_guessed_from_its_ending(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(bytes(range(256)) * 100)
    with pytest.raises(AudioError, match=rf"a\.{ending}: headerless"):
        read_audio(path)


class Foreign(io.BytesIO):
    """Raises what no library on audio would, from a position on."""

    def __init__(self, data, error, end):
        super().__init__(data)
        self.error, self.end = error, end

    def read(self, count=-1):
        if self.tell() + max(count, 0) > self.end:
            raise self.error
        return super().read(count)


@pytest.mark.parametrize("error", [EOFError(), KeyError("a"), zlib.error("b")])
def test_whatever_a_file_object_raises_is_named(error):
    memory = io.BytesIO()
    soundfile.write(memory, np.full(100_000, 0.5), 44100, format="WAV")
    for end in (0, 100, 100_000):
        with pytest.raises(AudioError, match=r"^the file object: "):
            source = Foreign(memory.getvalue(), error, end)
            with open_audio(source) as file:
                assert len(read_open(file, 0, -1)) == 100_000


def test_what_a_file_object_cannot_read_costs_itself_only():
    memory = io.BytesIO()
    soundfile.write(memory, np.full((100_000, 2), 0.5), 44100, format="WAV")
    source = Foreign(memory.getvalue(), KeyError("a"), 100_000)
    with open_audio(source) as file:
        assert len(read_open(file, 0, 10_000)) == 10_000
        with pytest.raises(AudioError, match=r"^the file object: .*'a'"):
            read_open(file, 0, -1)
