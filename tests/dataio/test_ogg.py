import io

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.audio import (
    AudioError,
    open_audio,
    read_audio,
)


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


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_cut_file_is_named(subtype, share):
    data = ogg(subtype)
    with pytest.raises(AudioError, match="truncated"):
        read_audio(io.BytesIO(data[: int(share * len(data))]))


def test_a_page_that_is_damaged_is_not_left_out():
    data = bytearray(ogg("VORBIS"))
    data[len(data) // 2] ^= 1
    with pytest.raises(AudioError, match="damaged: a page"):
        read_audio(io.BytesIO(data))


def test_joined_ones_with_one_number_are_refused():
    data = ogg("VORBIS")
    with pytest.raises(AudioError, match="several Ogg files joined"):
        open_audio(io.BytesIO(data + data))


def test_every_bit_of_a_page_counts(tmp_path):
    data = ogg("OPUS")
    path = tmp_path / "a.opus"
    for place in np.random.default_rng(1).integers(len(data), size=20):
        damaged = bytearray(data)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        with pytest.raises(AudioError, match=r"a\.opus"):
            read_audio(path)
