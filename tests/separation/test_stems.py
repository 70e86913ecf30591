import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.separation.stems import read_facts, write_stems

RATE = 8000


@pytest.fixture
def paths(tmp_path):
    return tmp_path / "vocals" / "a.flac", tmp_path / "rest" / "a.flac"


def noise(*shape, peak=1.0):
    generator = torch.Generator().manual_seed(0)
    return peak * (2 * torch.rand(*shape, generator=generator) - 1)


def read(path):
    return torch.from_numpy(soundfile.read(path, dtype="float32")[0].T)


@pytest.mark.parametrize(("bits", "error"), [(16, 5e-5), (24, 3e-7)])
def test_what_is_written_is_read_again(paths, bits, error):
    pair = noise(2, 2, 3 * RATE)
    facts = write_stems(pair.split(999, dim=-1), RATE, *paths, bits)
    for path, stem in zip(paths, pair, strict=True):
        info = soundfile.info(path)
        assert (info.format, info.subtype) == ("FLAC", f"PCM_{bits}")
        assert (info.samplerate, info.channels) == (RATE, 2)
        assert (read(path) - stem).abs().max() < error
    assert facts["seconds"] == 3.0
    assert facts["gain_db"] == 0


@pytest.mark.parametrize("bits", [16, 24])
def test_what_would_be_clipped_is_softer_in_both(paths, bits):
    pair = torch.stack([noise(2, RATE), noise(2, RATE, peak=3.0)])
    peak = pair.abs().max().item()
    facts = write_stems([pair], RATE, *paths, bits)
    gain = 10 ** (facts["gain_db"] / 20)
    assert gain == pytest.approx(0.999 / peak, abs=1e-3)
    for path, stem in zip(paths, pair, strict=True):
        assert torch.allclose(read(path), 0.999 / peak * stem, atol=1e-4)


def test_level_and_share_of_seconds_with_a_voice(paths):
    tone = 0.1 * torch.sin(torch.arange(4 * RATE) * 2.1)
    tone[RATE : 2 * RATE] *= 1e-4
    pair = torch.stack([tone.expand(2, -1), torch.zeros(2, 4 * RATE)])
    facts = write_stems([pair], RATE, *paths)
    expected = 10 * np.log10(tone.square().mean().item())
    assert facts["vocals_db"] == pytest.approx(expected, abs=0.1)
    assert facts["sung"] == 0.75


def test_of_no_voice(paths):
    facts = write_stems([torch.zeros(2, 2, 900)], RATE, *paths)
    assert (facts["vocals_db"], facts["sung"]) == (-200, 0)


def test_facts_are_kept_with_the_files(paths):
    facts = write_stems([noise(2, 2, 900)], RATE, *paths, note=[1, 2])
    assert read_facts(*paths, note=[1, 2]) == facts
    assert read_facts(*paths, note=[1, 3]) is None
    paths[1].unlink()
    assert read_facts(*paths, note=[1, 2]) is None
    paths[1].touch()
    soundfile.write(paths[0], np.zeros(900), RATE)  # somebody else's
    assert read_facts(*paths, note=[1, 2]) is None


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([torch.full((2, 2, 9), torch.nan)], "what the separator returned: h"),
        ([], "the separator returned nothing"),
    ],
)
def test_what_is_no_audio_is_not_written(paths, pairs, said):
    with pytest.raises(AudioError, match=said):
        write_stems(pairs, RATE, *paths)
    assert not any(folder for path in paths for folder in path.parent.iterdir())


def test_a_failure_on_the_way_leaves_nothing(paths):
    def pairs():
        yield noise(2, 2, 900)
        raise AudioError("a.wav: truncated")

    with pytest.raises(AudioError):
        write_stems(pairs(), RATE, *paths)
    assert not any(folder for path in paths for folder in path.parent.iterdir())
