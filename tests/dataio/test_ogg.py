import io

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.audio import AudioError, open_audio


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
