"""MP3s without a header, with a wrong one, joined, and cut."""

import contextlib
import gzip
import io
import time

import numpy as np
import pytest
import scipy.signal
from mp3s import info, mp3, sweep, with_count, without_header

from speechbrain_singer.dataio.audio import (
    AudioError,
    open_audio,
    read_audio,
    read_open,
)

KINDS = [
    (8000, 1, "CONSTANT"),  # MPEG 2.5
    (22050, 2, "VARIABLE"),  # MPEG 2
    (44100, 1, "VARIABLE"),  # MPEG 1
    (44100, 2, "CONSTANT"),
]
ID3 = b"ID3\4\0\0\0\0\x02\0" + b"\xff\xfb\x90\xc0" * 64


def read(data):
    with open_audio(io.BytesIO(data)) as file:
        samples = read_open(file, 0, -1)
        assert len(samples) == file.frames
        # A stretch of it is the same stretch
        third = len(samples) // 3
        stretch = read_open(file, third, 500)
        np.testing.assert_allclose(stretch, samples[third:][:500], atol=0.02)
    return samples


def lag(samples, expected, rate):
    """By how many seconds the expected from 1 to 1.3 s comes later."""
    part = expected[rate : rate + 3 * rate // 10]
    match = scipy.signal.correlate(samples, part, "valid")
    assert match.max() > 0.8 * np.dot(part, part)
    return match.argmax() / rate - 1


@pytest.fixture(params=KINDS, ids=str, scope="module")
def song(request):
    """(bytes of an MP3, its first channel, its rate)"""
    rate, channels, mode = request.param
    samples = sweep(2, rate, channels)
    return mp3(samples, rate, mode), samples[:, 0], rate


def test_a_proper_one_is_read_as_it_is(song):
    data, samples, rate = song
    assert len(read(data)) == len(samples)
    assert lag(read(data), samples, rate) == 0
    assert len(read(ID3 + data + b"TAG" + bytes(125))) == len(samples)


@pytest.mark.parametrize(
    "change",
    [
        without_header,
        lambda data: without_header(data)[40:],  # cut within a frame
        lambda data: without_header(data)[:-40],
        lambda data: ID3 + without_header(data) + b"TAG" + bytes(125),
        lambda data: data[: info(data)] + b"LAME" + data[info(data) + 4 :],
        lambda data: with_count(data, 5),
    ],
    ids=["none", "begin cut", "end cut", "tags", "not named", "too small"],
)
def test_without_a_true_header_it_is_whole(song, change):
    data, samples, rate = song
    read_samples = read(change(data))
    # LAME's delay is a frame, and so are its header and what is cut
    assert abs(len(read_samples) - len(samples)) < 2500
    assert abs(lag(read_samples, samples, rate)) < 2000 / rate


@pytest.mark.parametrize("between", [b"", ID3, b"TAG" + bytes(125), bytes(999)])
def test_joined_ones_are_both_read(song, between):
    data, samples, rate = song
    both = read(data + between + data)
    assert 0 <= len(both) - 2 * len(samples) < 3000
    first, second = np.array_split(both, 2)
    assert abs(lag(first, samples, rate)) < 2000 / rate
    assert abs(lag(second, samples, rate)) < 2000 / rate


def test_one_whose_middle_is_damaged_goes_on_behind(song):
    data, samples, _ = song
    data = without_header(data)
    half = len(data) // 2
    damaged = data[:half] + bytes(700) + data[half + 700 :]
    assert 0.5 < len(read(damaged)) / len(samples) < 1.05


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[: len(data) // 3] + b"TAG" + bytes(125),
        lambda data: data + data[: len(data) // 2],
        lambda data: with_count(data, 2**31 - 1),
        lambda data: with_count(data, 1000),
    ],
    ids=["half", "third with tag", "joined", "years", "wrong"],
)
def test_fewer_frames_than_announced_are_said(song, change):
    with pytest.raises(AudioError, match=r"truncated: .* MP3 frames announced"):
        open_audio(io.BytesIO(change(song[0])))


@pytest.mark.parametrize(
    ("rate", "channels", "named"),
    [(44100, 2, "44100 Hz stereo"), (48000, 1, "48000 Hz mono")],
)
def test_unlike_ones_joined_are_refused(rate, channels, named):
    first, second = mp3(sweep(1)), mp3(sweep(1, rate, channels), rate)
    with pytest.raises(AudioError, match=f"44100 Hz mono .*1.0 s {named}"):
        open_audio(io.BytesIO(first + second))


def test_a_stretch_of_few_bits_is_not_silent_at_its_beginning(tmp_path):
    """Frames that use the bits of those before them, as a pure tone's do."""
    path = tmp_path / "a.mp3"
    path.write_bytes(mp3(sweep(2), mode="VARIABLE"))
    whole, _ = read_audio(path)
    for start in (30000, 44100, 60000):
        stretch, _ = read_audio(path, start, 2000)
        np.testing.assert_allclose(stretch, whole[start:][:2000], atol=1e-3)


def test_what_only_looks_like_frames_is_no_mp3():
    noise = np.random.default_rng(0).bytes(10**5)
    headers = b"\xff\xfb\x90\xc0" * 10**4
    for data in (noise, b"\xff" * 10**5, headers, b"\xff\xfb"):
        with pytest.raises(AudioError, match="not an audio file"):
            open_audio(io.BytesIO(data))


def silence(header, frames):
    """Frames of layer I or II in which no band has a bit, padded in turns."""
    size = {0xFF: 104, 0xFD: 208}[header[1]]
    slot = {0xFF: 4, 0xFD: 1}[header[1]]
    padded = header[:2] + bytes([header[2] | 2]) + header[3:]
    frame = header.ljust(size, b"\0") + padded.ljust(size + slot, b"\0")
    return frame * (frames // 2)


@pytest.mark.parametrize(
    ("second", "index", "samples"), [(0xFF, 3, 384), (0xFD, 4, 1152)]
)
def test_layers_one_and_two_are_as_long_as_they_are(second, index, samples):
    header = bytes([255, second, index << 4, 0xC0])
    with open_audio(io.BytesIO(silence(header, 300))) as file:
        assert file.frames == 300 * samples
        assert len(read_open(file, 0, -1)) == 300 * samples


def test_a_file_is_scanned_once(tmp_path, monkeypatch):
    from speechbrain_singer.dataio import mpeg

    path = tmp_path / "a.mp3"
    path.write_bytes(without_header(mp3(sweep(1))))
    scans, scan = [], mpeg.scan
    monkeypatch.setattr(
        mpeg, "scan", lambda *args: scans.append(1) or scan(*args)
    )
    lengths = []
    for _ in range(2):
        with open_audio(path) as file:
            lengths.append(file.frames)
    path.write_bytes(without_header(mp3(sweep(2))))
    with open_audio(path) as file:
        lengths.append(file.frames)
    assert len(scans) == 2
    assert lengths[0] == lengths[1] < lengths[2]


def test_a_packed_one_is_read_unpacked():
    data = without_header(mp3(sweep(2)))
    packed = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(data)))
    with open_audio(packed) as file, open_audio(io.BytesIO(data)) as other:
        assert file.frames == other.frames > 80_000


@pytest.mark.parametrize(
    "filler",
    [b"\xff\xfb\x90\x00", b"\xff", b"ID3\4\0\0\0\0\0\0", b"Xing"],
)
@pytest.mark.parametrize("behind", [0, 1])
def test_what_is_made_up_takes_no_time(filler, behind):
    data = behind * mp3(sweep(2)) + filler * 1_000_000
    start = time.process_time()
    with contextlib.suppress(AudioError):
        open_audio(io.BytesIO(data))
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "junk",
    [
        bytes(500),
        b"a note that somebody left\n",
        b"\xff\xff\xff",
        ID3 + bytes(300),  # slack behind a tag
        ID3[:8] + b"\1" + ID3[9:],  # a tag that is longer than it says
    ],
    ids=["zeros", "text", "ones", "slack", "tag too small"],
)
def test_what_lies_before_the_first_frame_is_passed_over(song, junk, tmp_path):
    data, samples, _ = song
    path = tmp_path / "a.mp3"
    path.write_bytes(junk + data + b"TAG" + bytes(125))
    for _ in range(2):
        from_path, _ = read_audio(path)
        np.testing.assert_array_equal(from_path, read(data))
    np.testing.assert_array_equal(read(path.read_bytes()), from_path)
    assert len(from_path) == len(samples)


def test_what_is_no_mp3_is_not_read_whole():
    class Counting(io.BytesIO):
        count = 0

        def read(self, size=-1):
            data = super().read(size)
            self.count += len(data)
            return data

    film = Counting(b"\0\0\0\x20ftypisom" + bytes(10**7))
    with pytest.raises(AudioError, match="not an audio file"):
        open_audio(film)
    assert film.count < 10**6
