import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio import audio
from speechbrain_singer.dataio.audio import AudioError, open_audio, resampler
from speechbrain_singer.inference.blocks import read_blocks, resample_blocks


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 96000, 44099])
@pytest.mark.parametrize("size", [50, 1000, 4321])
def test_resampled_blocks_equal_the_whole(rate, size):
    noise = torch.randn(9001, generator=torch.Generator().manual_seed(0))
    resampled = list(resample_blocks(noise.split(size), rate, 44100))
    expected = resampler(rate, 44100)(noise)
    torch.testing.assert_close(
        torch.cat(resampled), expected, atol=1e-5, rtol=0
    )


def test_channels_are_resampled_alike():
    stereo = torch.randn(2, 3000)
    blocks = list(resample_blocks(stereo.split(700, dim=-1), 48000, 44100))
    alone = [list(resample_blocks([row], 48000, 44100)) for row in stereo]
    expected = torch.stack([torch.cat(row) for row in alone])
    assert torch.allclose(torch.cat(blocks, dim=-1), expected, atol=1e-5)


def test_blocks_of_many_channels_are_small_and_their_mean(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(audio, "_BLOCK_SAMPLES", 1000)
    samples = np.random.default_rng(0).uniform(-1, 1, (105, 100))
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, 44100, subtype="DOUBLE")
    with open_audio(path) as file:
        pieces = list(read_blocks(file))
    assert [len(piece) for piece in pieces] == [10] * 10 + [5]
    expected = samples.mean(axis=1)
    np.testing.assert_allclose(torch.cat(pieces), expected, atol=1e-6)


def test_blocks_of_a_stretch(tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "_BLOCK_SAMPLES", 100)
    samples = np.random.default_rng(0).uniform(-1, 1, 1000)
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, 44100, subtype="DOUBLE")
    with open_audio(path) as file:
        pieces = list(read_blocks(file, 310, 777))
    np.testing.assert_allclose(torch.cat(pieces), samples[310:777], atol=1e-6)


def test_a_file_that_ends_early_is_named(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, np.zeros(88200), 44100)
    # Half of its frames, each by itself a whole one
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\xff\xf8\xc9\x08\x0a")])
    with (
        pytest.raises(AudioError, match=r"a\.flac: .*truncated"),
        open_audio(path) as file,
    ):
        list(read_blocks(file))
