"""FLAC from a pipe, whose header leaves the length open."""

import io
import struct

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.audio import AudioError, open_audio, read_open
from speechbrain_singer.dataio.flac import mend_flac

# A header, an item of 20 bytes, and a footer that counts the last two
APE = (
    b"APETAGEX"
    + struct.pack("<4I8x", 2000, 52, 1, 0xA0000000)
    + bytes(20)
    + b"APETAGEX"
    + struct.pack("<4I8x", 2000, 52, 1, 0x80000000)
)


def flac(samples, rate=44100, subtype="PCM_16"):
    """Its bytes, and what libsndfile reads from them."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="FLAC", subtype=subtype)
    file.seek(0)
    return file.getvalue(), soundfile.read(file, always_2d=True)[0]


def of_unknown_length(data):
    return data[:21] + bytes([data[21] & 0xF0]) + bytes(4) + data[26:]


def read(data):
    with open_audio(io.BytesIO(data)) as file:
        samples = read_open(file, 0, -1)
        assert len(samples) == file.frames
        half = len(samples) // 2
        np.testing.assert_array_equal(
            read_open(file, half, 100), samples[half:][:100]
        )
    return samples


@pytest.mark.parametrize(
    ("frames", "channels", "rate", "subtype"),
    [
        (100, 1, 44100, "PCM_16"),
        (44100, 1, 44100, "PCM_16"),
        (20 * 4096, 2, 48000, "PCM_16"),
        (600_000, 2, 96000, "PCM_24"),  # numbers of two bytes
        (50_000, 1, 44099, "PCM_16"),
    ],
)
def test_it_is_whole(frames, channels, rate, subtype):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (frames, channels))
    data, samples = flac(noise, rate, subtype)
    data = of_unknown_length(data)
    id3 = b"TAG" + bytes(125)
    for variant in (data, data + id3, data + APE, data + APE + id3):
        np.testing.assert_allclose(
            read(variant), samples.mean(axis=1), atol=1e-6
        )


def test_what_was_cut_off_goes_up_to_its_last_whole_frame():
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 44100)
    data, samples = flac(noise)
    whole = read(of_unknown_length(data)[:-50])
    assert len(whole) == 44100 // 4096 * 4096
    np.testing.assert_allclose(whole, samples[: len(whole), 0], atol=1e-6)


def test_without_a_frame_it_is_named():
    data, _ = flac(np.zeros(1000))
    with pytest.raises(AudioError, match="unknown length, without a whole"):
        open_audio(io.BytesIO(of_unknown_length(data)[:-3]))


def test_one_that_says_its_length_is_held_to_it():
    data, _ = flac(np.random.default_rng(0).uniform(-0.5, 0.5, 44100))
    for end in (len(data) // 2, len(data) - 3):
        with (
            pytest.raises(AudioError, match="truncated"),
            open_audio(io.BytesIO(data[:end])) as file,
        ):
            read_open(file, 0, -1)


@pytest.mark.parametrize("kind", ["FLAC", "WAV", "AIFF", "OGG"])
def test_what_lies_behind_a_tag_is_read(kind, tmp_path):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 5000)
    file = io.BytesIO()
    soundfile.write(file, noise, 44100, format=kind)
    data = file.getvalue()
    expected = read(data)
    tag = b"ID3" + bytes([4, 0, 0, 0, 0, 1, 2]) + bytes(130)
    np.testing.assert_array_equal(read(tag + data), expected)
    (tmp_path / "a").write_bytes(tag + data)
    with open_audio(tmp_path / "a") as file:
        np.testing.assert_array_equal(read_open(file, 0, -1), expected)
    if kind == "FLAC":
        found = read(tag + of_unknown_length(data))
        np.testing.assert_array_equal(found, expected)
    if kind == "WAV":
        with pytest.raises(AudioError, match="truncated"):
            open_audio(io.BytesIO(tag + data[:-100]))


@pytest.mark.parametrize("channels", [1, 2])
def test_an_end_of_silence_is_no_less_whole(channels):
    """Its last frames have a dozen bytes."""
    samples = np.zeros((10 * 4096 + 50, channels))
    samples[:5000] = np.random.default_rng(0).uniform(-0.5, 0.5, (5000, 1))
    data, _ = flac(samples)
    assert len(read(data)) == len(read(of_unknown_length(data)))
    assert len(read(data)) == len(samples)


@pytest.mark.parametrize(
    "lengths", [(44100, 20000), (20000, 44100), (600_000, 600_001)]
)
def test_joined_ones_are_refused(lengths, tmp_path):
    rng = np.random.default_rng(0)
    first, second = (flac(rng.uniform(-0.5, 0.5, n))[0] for n in lengths)
    path = tmp_path / "a.flac"
    path.write_bytes(first + second)
    reason = f"FLAC files joined: .* sample {lengths[1]} of {lengths[0]};"
    for source in (path, io.BytesIO(first + second)):
        for _ in range(2):
            with pytest.raises(AudioError, match=reason):
                open_audio(source)
    read(first)
    read(first + bytes(2**17))  # more than is glanced at
    read(first + bytes(2**20))  # no frame is near its end
    read(first + rng.bytes(200))


def test_one_is_not_read_whole():
    class Counting(io.BytesIO):
        count = 0

        def read(self, size=-1):
            data = super().read(size)
            self.count += len(data)
            return data

    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 1_000_000)
    stream = Counting(flac(noise)[0])
    mend_flac(stream)
    assert stream.count < 2**17
