import io

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio import ogg as module
from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.ogg import check_ogg


def ogg(subtype):
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, 96000)
    file = io.BytesIO()
    soundfile.write(file, samples, 48000, format="OGG", subtype=subtype)
    return file.getvalue()


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_joined_ones_are_refused(subtype):
    first, second = ogg(subtype), ogg(subtype)
    with open_audio(io.BytesIO(first)) as file:
        assert file.frames == 96000
    with pytest.raises(AudioError, match="several Ogg files joined"):
        open_audio(io.BytesIO(first + second))


def test_joined_ones_with_one_serial_number_are_refused():
    data = ogg("VORBIS")
    with pytest.raises(AudioError, match="several Ogg files joined"):
        open_audio(io.BytesIO(data + data))


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_cut_one_is_truncated(subtype):
    data = ogg(subtype)
    place = data.rindex(b"OggS")
    for end in (len(data) * 2 // 3, len(data) - 1, place + 5, place + 27):
        with pytest.raises(AudioError, match="truncated: its last Ogg page"):
            open_audio(io.BytesIO(data[:end]))


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_one_that_was_stopped_is_read(subtype, caplog):
    data = ogg(subtype)
    with open_audio(io.BytesIO(data[: data.rindex(b"OggS")])) as file:
        assert 30000 < file.frames < 96000
        assert len(file.read()) == file.frames
    assert "an Ogg without an end" in caplog.text


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_flipped_bit_is_noticed(subtype, tmp_path):
    data = ogg(subtype)
    path = tmp_path / "a.ogg"
    path.write_bytes(data + b"TAG" + bytes(125))
    with open_audio(path) as file:
        assert file.frames == 96000
    for place in (len(data) // 2, len(data) - 5):
        broken = bytearray(data)
        broken[place] ^= 16
        path.write_bytes(broken)
        with pytest.raises(AudioError, match=r"a\.ogg: damaged"):
            open_audio(path)


class Counting(io.BytesIO):
    count = 0

    def read(self, size=-1):
        data = super().read(size)
        self.count += len(data)
        return data


@pytest.fixture(scope="module")
def long():
    """An Ogg of more than the bytes that are looked at."""
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (600_000, 2))
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 48000, 2, format="OGG") as written:
        for block in np.split(samples, 100):
            written.write(block)
    assert len(file.getvalue()) > 2 * 2**16
    return file.getvalue()


def test_a_long_one_is_not_read_whole(long):
    stream = Counting(long)
    check_ogg(stream, "a")
    assert stream.count <= 2**16 + 2**12
    with open_audio(stream) as file:
        assert file.frames == 600_000


def with_serial(data, serial):
    """With another serial number in all pages, and their check sums."""
    data, place = bytearray(data), 0
    while place < len(data):
        end = place + 27 + data[place + 26]
        end += sum(data[place + 27 : end])
        data[place + 14 : place + 18] = serial
        data[place + 22 : place + 26] = bytes(4)
        crc = 0
        for byte in data[place:end]:
            crc ^= byte << 24
            for _ in range(8):
                crc = (crc << 1 ^ 0x04C11DB7 * (crc >> 31)) & 2**32 - 1
        data[place + 22 : place + 26] = crc.to_bytes(4, "little")
        place = end
    return bytes(data)


@pytest.mark.parametrize("before", ["long", "short"])
@pytest.mark.parametrize("after", ["long", "short"])
def test_long_ones_joined_are_refused(long, before, after):
    parts = {"long": long, "short": ogg("VORBIS")}
    data = parts[before] + with_serial(parts[after], b"abcd")
    with pytest.raises(ValueError, match="several Ogg files joined"):
        check_ogg(io.BytesIO(data), "a")


def test_the_end_of_a_long_one_is_looked_at(long):
    for data, reason in (
        (long[: len(long) // 2], "truncated"),
        (long[:-1], "truncated"),
        (long[:-99] + bytes([long[-99] ^ 1]) + long[-98:], "damaged"),
        (long + bytes(2**16), "damaged"),
        (long[:30] + bytes([long[30] ^ 1]) + long[31:], "damaged"),
    ):
        with pytest.raises(ValueError, match=reason):
            check_ogg(io.BytesIO(data), "a")
    check_ogg(io.BytesIO(long + b"TAG" + bytes(125)), "a")


def test_a_refused_file_is_looked_at_once(tmp_path, monkeypatch):
    path = tmp_path / "a.ogg"
    path.write_bytes(ogg("VORBIS")[:-1])
    looks, real = [], module._fault
    monkeypatch.setattr(
        module, "_fault", lambda *args: looks.append(1) or real(*args)
    )
    for _ in range(3):
        with pytest.raises(AudioError, match=r"a\.ogg: truncated"):
            open_audio(path)
    assert len(looks) == 1


def test_one_behind_a_tag_is_named(tmp_path, caplog):
    data = ogg("VORBIS")
    path = tmp_path / "a.ogg"
    tag = b"ID3" + bytes([4, 0, 0, 0, 0, 1, 2]) + bytes(130)
    path.write_bytes(tag + data[: data.rindex(b"OggS")])
    open_audio(path).close()
    (message,) = caplog.messages
    assert message.startswith(f"{path}: an Ogg without an end")
