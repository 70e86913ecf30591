import numpy as np
import pytest
import scipy.signal
import torch

from speechbrain_singer.lobes.multi_resolution import MultiResolutionDecibels


def test_three_windows_in_one_image():
    generator = torch.Generator().manual_seed(0)
    wavs = 0.1 * torch.randn(1, 64000, generator=generator)
    images = MultiResolutionDecibels()(wavs)
    assert images.shape == (1, 3, 1025, 126)
    for channel, size in enumerate((2048, 1024, 512)):
        window = np.zeros(2048)
        first = 1024 - size // 2
        window[first : first + size] = scipy.signal.get_window("hann", size)
        frame = wavs[0, 50 * 512 - 1024 : 50 * 512 + 1024].double().numpy()
        expected = 20 * np.log10(abs(np.fft.rfft(frame * window)))
        measured = images[0, channel, :, 50].numpy()
        assert np.abs(measured - expected).max() < 0.02


def test_the_shortest_clip():
    features = MultiResolutionDecibels()
    shortest = torch.randn(1, features.min_samples)
    assert features(shortest).shape == (1, 3, 1025, 3)
    with pytest.raises(RuntimeError, match=r"[Pp]adding size"):
        features(shortest[:, 1:])
