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


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_what_is_cut_is_what_it_is(subtype):
    data = ogg(subtype)
    with open_audio(io.BytesIO(data[: len(data) * 2 // 3])) as file:
        assert 30000 < file.frames < 70000
        assert len(file.read()) == file.frames
