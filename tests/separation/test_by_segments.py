import numpy as np
import pytest
import soundfile
import torch
from separators import RATE, Identity, Normalised, Shares
from torchaudio.models import HDemucs

from speechbrain_singer.dataio.audio import AudioError, resampler
from speechbrain_singer.separation.by_segments import BySegments
from speechbrain_singer.separation.hybrid_demucs import HybridDemucs
from speechbrain_singer.separation.overlap import Segments

CUTS = [
    Segments(seconds, overlap, batch_size)
    for seconds in (0.11, 0.5, 1.2, 9.0)
    for overlap in (0.0, 0.1, 0.5)
    for batch_size in (1, 3)
]


def separated(separator, path, segments=CUTS[0]):
    blocks = BySegments(separator, segments).separate_file(path)
    return torch.cat(list(blocks), dim=-1)


@pytest.mark.parametrize("segments", CUTS, ids=str)
def test_identity_returns_the_mixture(write, segments):
    path, mixture = write()
    vocals, accompaniment = separated(Identity(), path, segments)
    assert torch.allclose(vocals, mixture, atol=1e-6)
    assert accompaniment.abs().max() < 1e-6


@pytest.mark.parametrize("separator", [Shares, Normalised])
def test_segments_leave_no_trace(write, separator):
    path, mixture = write()
    results = [separated(separator(), path, segments) for segments in CUTS]
    for result in results:
        assert torch.allclose(result, results[0], atol=1e-5)
        assert torch.allclose(result.sum(dim=0), mixture, atol=1e-5)


def test_a_mixture_is_normalised_as_demucs_does(write):
    path, mixture = write()
    separator = Normalised()
    separated(separator, path, Segments(9.0, 0.1, 1))
    (given,) = separator.given
    mono = mixture.mean(dim=0)
    expected = (mixture - mono.mean()) / mono.std()
    assert torch.allclose(given[0, :, -9001:], expected, atol=1e-3)


def test_batches_are_bounded(write):
    path, _ = write(frames=60000)
    separator = Normalised()
    separated(separator, path, Segments(0.5, 0.1, 3))
    shapes = [tuple(given.shape) for given in separator.given]
    assert shapes == [(3, 2, 4000)] * 5 + [(2, 2, 4000)]


def test_a_file_is_separated_as_it_is_read(write):
    path, _ = write(frames=60000)
    separator = Normalised()
    by_segments = BySegments(separator, Segments(0.5, 0.1, 3))
    blocks = by_segments.separate_file(path)
    for block in range(1, 7):
        next(blocks)
        assert len(separator.given) == 1 + (block - 1) // 3


def test_mono_is_doubled_and_surround_is_mixed(write):
    for name, channels in (("mono.wav", 1), ("surround.wav", 6)):
        path, mixture = write(name, channels=channels)
        vocals, _ = separated(Identity(), path)
        expected = mixture.mean(dim=0).expand(2, -1)
        assert torch.allclose(vocals, expected, atol=1e-6)


def test_other_rates_are_resampled(write):
    path, mixture = write(frames=44100, rate=44100)
    vocals, _ = separated(Identity(), path)
    expected = resampler(44100, RATE)(mixture)
    assert vocals.shape == expected.shape == (2, RATE)
    assert torch.allclose(vocals, expected, atol=1e-5)


def test_silence_stays_silence(write):
    path, _ = write(peak=0)
    assert not separated(Normalised(), path).any()


def test_what_cannot_be_read_is_named(tmp_path, write):
    path, _ = write(frames=300_000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(AudioError, match=r"a\.wav: .*truncated"):
        separated(Identity(), path)
    bad = np.full((9000, 2), np.nan, dtype=np.float32)
    soundfile.write(tmp_path / "nan.wav", bad, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"nan\.wav: holds .* NaN"):
        separated(Identity(), tmp_path / "nan.wav")


def test_a_separator_of_other_stems_is_refused(write):
    separator = Identity()
    separator.stems = ("drums", "bass")
    with pytest.raises(ValueError, match="no stem 'vocals'; it has drums"):
        BySegments(separator, CUTS[0])
    separator.stems = ("vocals", "bass")
    with pytest.raises(ValueError, match=r"returned \[1, 1, 2, .*\[1, 2, 2"):
        separated(separator, write()[0], Segments(9.0, 0.1, 1))


def test_a_small_hybrid_demucs_runs_as_the_large_one_does(write):
    torch.manual_seed(0)
    model = HDemucs(["drums", "vocals", "other"], channels=4, depth=5)
    separator = HybridDemucs(model.eval())
    path, mixture = write(frames=30000, rate=44100)
    pair = separated(separator, path, Segments(0.5, 0.1, 2))
    assert pair.shape == (2, *mixture.shape)
    assert pair.isfinite().all()
    assert pair[0].std() > 0
    assert not torch.equal(pair[0], pair[1])
