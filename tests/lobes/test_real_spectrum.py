import numpy as np
import pytest
import torch

from speechbrain_singer.lobes.real_spectrum import real_power_spectrogram


@pytest.mark.parametrize(
    "n_fft, hop",
    [(2048, 1024), (512, 160), (400, 128), (64, 7), (15, 5), (16, 64)],
)
def test_power_is_that_of_numpy(n_fft, hop):
    rng = np.random.default_rng(0)
    wavs = rng.standard_normal((2, n_fft + 3 * hop + 1)).astype(np.float32)
    window = np.hanning(n_fft).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(wavs, n_fft, axis=1)
    expected = np.abs(np.fft.rfft(frames[:, ::hop] * window)) ** 2
    power = real_power_spectrogram(
        torch.from_numpy(wavs), torch.from_numpy(window), hop, n_fft
    ).numpy()
    assert power.shape == expected.shape == (2, 4, n_fft // 2 + 1)
    assert np.abs(power - expected).max() < 1e-6 * expected.max()
