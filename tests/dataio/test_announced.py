"""Uncompressed files: cut, whole, and written where one cannot go back."""

import io
import struct

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.audio import AudioError, open_audio, read_open

RATE = 44100
SAMPLES = np.random.default_rng(0).uniform(-0.9, 0.9, (5000, 2))

# What the number that says the length is written as, where it begins after
# the first occurrence of a name, and those next to it that say it too
FIELDS = {
    "WAV": ("<I", b"data", 4, []),
    "WAVEX": ("<I", b"data", 4, []),
    "RF64": ("<Q", b"ds64", 16, [8, 24]),
    "AIFF": (">I", b"SSND", 4, []),
    "SVX": (">I", b"BODY", 4, []),
    "AU": (">I", b".snd", 8, []),
    "CAF": (">q", b"data", 4, []),
    "W64": ("<Q", b"data", 16, []),
}


def written(kind, subtype="PCM_16"):
    file = io.BytesIO()
    samples = SAMPLES[:, :1] if kind in ("SVX", "WVE") else SAMPLES
    rate = 8000 if kind == "WVE" else RATE
    soundfile.write(file, samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def with_length(data, kind, length):
    form, name, offset, others = FIELDS[kind]
    place = data.index(name)
    data = bytearray(data)
    for each in (offset, *others):
        struct.pack_into(form, data, place + each, length)
    return bytes(data)


def read(data):
    with open_audio(io.BytesIO(data)) as file:
        samples = read_open(file, 0, -1)
        np.testing.assert_array_equal(
            read_open(file, 3000, 100), samples[3000:3100]
        )
    return samples


def expected(data):
    samples, _ = soundfile.read(io.BytesIO(data), always_2d=True)
    return samples.mean(axis=1)


@pytest.mark.parametrize("share", [1 / 3, 0.99])
@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        *((kind, "PCM_16") for kind in (*FIELDS, "NIST")),
        ("AIFF", "FLOAT"),  # AIFC
        *(("AVR", "PCM_16"), ("AVR", "PCM_S8"), ("VOC", "PCM_16")),
        ("WVE", "ALAW"),
        ("WAV", "IMA_ADPCM"),
        ("CAF", "ALAC_16"),
    ],
)
def test_what_is_cut_is_truncated(kind, subtype, share):
    data = written(kind, subtype)
    with pytest.raises(AudioError, match=r"truncated: .* announced"):
        open_audio(io.BytesIO(data[: int(share * len(data))]))


@pytest.mark.parametrize("kind", [*FIELDS, "NIST", "AVR", "VOC", "WVE"])
def test_what_is_whole_is_read(kind):
    data = written(kind, "ALAW" if kind == "WVE" else "PCM_16")
    np.testing.assert_allclose(read(data), expected(data), atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        # Python's wave, and whatever was stopped; ffmpeg; sox; arecord
        *(("WAV", n) for n in (0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF, 2**31)),
        *(("AIFF", n) for n in (0, 0x7F000008, 0xFFFFFFFF)),
        *(("AU", n) for n in (0, 0xFFFFFFFF, 0x7FFFFFFF)),
        *(("CAF", n) for n in (-1, 0, 2**63 - 1)),
        *(("RF64", n) for n in (0, 2**64 - 1, 2**63 - 1)),
        *(("W64", n) for n in (0, 24, 2**64 - 1, 2**63 - 1)),
    ],
)
def test_what_was_written_to_a_pipe_is_read(tmp_path, kind, length):
    data = written(kind)
    piped = with_length(data, kind, length)
    np.testing.assert_allclose(read(piped), expected(data), atol=1e-6)
    (tmp_path / "a").write_bytes(piped)
    with open_audio(tmp_path / "a") as file:
        assert file.frames == 5000


def test_two_gigabytes_are_no_placeholder():
    data = with_length(written("WAV"), "WAV", 3 * 10**9)
    with pytest.raises(AudioError, match="truncated: 3000000000 bytes"):
        open_audio(io.BytesIO(data))


@pytest.mark.parametrize("after", [b"", b"LIST\4\0\0\0abcd"])
def test_an_empty_one_is_empty_not_unknown(after):
    file = io.BytesIO()
    soundfile.write(file, SAMPLES[:0], RATE, format="WAV")
    with pytest.raises(AudioError, match="holds no audio samples"):
        open_audio(io.BytesIO(file.getvalue() + after))


def test_chunks_before_the_audio_are_passed_over():
    data = written("WAV")
    place = data.index(b"data")
    # One that speaks of lengths like the log of libsndfile
    note = b"data : 9 (should be 1)\n" * 99
    chunk = b"note" + struct.pack("<I", len(note)) + note + b"\0"
    np.testing.assert_array_equal(
        read(data[:place] + chunk + data[place:]), read(data)
    )


def test_zeros_are_not_searched_for_chunks_without_end():
    data = written("WAV")[:12] + bytes(10**6)
    with pytest.raises(AudioError, match="not an audio file"):
        open_audio(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["W64", "NIST"])
def test_what_follows_the_audio_is_no_audio(kind):
    data = written(kind)
    np.testing.assert_allclose(
        read(data + bytes(range(99))), expected(data), atol=1e-6
    )


def test_the_second_announcement_of_an_aiff_counts():
    data = bytearray(written("AIFF"))
    place = data.index(b"COMM") + 10
    struct.pack_into(">I", data, place, 6000)
    with pytest.raises(AudioError, match="truncated: 6000 samples"):
        open_audio(io.BytesIO(data))


def test_what_only_ends_like_audio_is_none(tmp_path):
    """libsndfile takes it for telephone speech."""
    (tmp_path / "a.au").write_bytes(b"hello")
    with pytest.raises(AudioError, match="not an audio file"):
        open_audio(tmp_path / "a.au")


@pytest.mark.parametrize("name", [b"ulaw", b"ULAW", b"alaw", b"ALAW"])
def test_the_width_of_an_aiff_may_be_that_of_the_original(name):
    """AIFF-C: sampleSize is that of the samples before they are compressed."""
    data = bytearray(written("AIFF", name.decode().upper()))
    place = data.index(b"COMM") + 8
    data[place + 18 : place + 22] = name
    struct.pack_into(">h", data, place + 6, 16)
    np.testing.assert_allclose(read(bytes(data)), expected(data), atol=1e-6)
    assert len(read(bytes(data))) == 5000
    with pytest.raises(AudioError, match="truncated"):
        struct.pack_into(">I", data, place + 2, 6000)
        open_audio(io.BytesIO(data))
