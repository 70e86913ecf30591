import numpy as np
import pytest
import torch

from speechbrain_singer.baselines.statistics import TrimmedStatistics


def test_mean_and_deviation_over_what_is_loud():
    """Five frames of 4 samples, of which the middle ones are loud."""
    level = torch.tensor([0.001, 1.0, 0.0, 0.5, 0.001])
    wavs = level.repeat_interleave(4)[None, 2:-2]
    features = torch.tensor([[[9.0, 1.0, 2.0, 6.0, 9.0], [9.0, 5, 5, 5, 9]]])
    measured = TrimmedStatistics(4, 4, trim_db=40.0)(features, wavs)
    kept = np.array([[1.0, 2.0, 6.0], [5.0, 5.0, 5.0]])
    expected = [*kept.mean(axis=1), *kept.std(axis=1)]
    assert np.allclose(measured.numpy(), [expected], atol=1e-6)


@pytest.mark.parametrize("trim_db", [20.0, 40.0])
def test_trims_as_librosa_does(trim_db):
    librosa = pytest.importorskip("librosa")
    noise = torch.randn(2, 30000, generator=torch.Generator().manual_seed(0))
    fade = torch.logspace(-4, 0, 30000)
    wavs = torch.cat([noise * fade, noise * fade.flip(0)], dim=1)
    frames = torch.arange(1.0 + 60000 // 512).expand(2, 1, -1)
    mean = TrimmedStatistics(trim_db=trim_db)(frames, wavs)[:, 0]
    for wav, measured in zip(wavs.numpy(), mean, strict=True):
        _, (start, stop) = librosa.effects.trim(wav, top_db=trim_db)
        expected = np.arange(start // 512, -(-stop // 512)).mean()
        assert abs(measured - expected) < 1e-3
