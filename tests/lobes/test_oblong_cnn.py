import numpy as np
import pytest
import scipy.signal
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.oblong_cnn import OblongCNN


def waves(batch, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 0.1 * torch.randn(batch, OblongCNN.min_samples, generator=generator)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return OblongCNN().eval()


def test_as_large_as_published(network):
    """Parameters by hand, layer by layer."""
    kernels = 3 * 4 * 32 + 32 * 16 * 64 + 64 * 6 * 128 + 128 * 16 * 256
    biases = 32 + 64 + 128 + 256
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == kernels + biases + (256 + 1) * 50 == 619922


def test_three_windows_in_one_image(network):
    wavs = waves(1)
    images = network.spectrograms(wavs)
    assert images.shape == (1, 3, 1025, 126)
    for channel, size in enumerate((2048, 1024, 512)):
        window = np.zeros(2048)
        first = 1024 - size // 2
        window[first : first + size] = scipy.signal.get_window("hann", size)
        frame = wavs[0, 50 * 512 - 1024 : 50 * 512 + 1024].double().numpy()
        expected = 20 * np.log10(abs(np.fft.rfft(frame * window)))
        measured = images[0, channel, :, 50].numpy()
        assert np.abs(measured - expected).max() < 0.02


def test_layer_by_layer(network):
    wavs = waves(1)
    x = network.spectrograms(wavs)
    sizes = []
    for i in range(4):
        conv = network.convolutions[4 * i]
        x = F.conv2d(x, conv.weight, conv.bias, padding=1)
        sizes.append(tuple(x.shape[1:]))
        mean = x.mean(dim=(2, 3), keepdim=True)
        variance = x.var(dim=(2, 3), correction=0, keepdim=True)
        x = ((x - mean) / (variance + 1e-5).sqrt()).clamp(min=0)
        x = F.max_pool2d(x, 2)
    assert sizes == [
        *((32, 1024, 128), (64, 499, 66), (128, 251, 30), (256, 127, 2)),
    ]
    dense = network.dense[0]
    x = x.mean(dim=(2, 3)) @ dense.weight.T + dense.bias
    x = x - x.mean(dim=1, keepdim=True)
    x = x / (x.square().mean(dim=1, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(
        network(wavs), x.clamp(min=0), atol=1e-4, rtol=1e-3
    )


def test_every_parameter_learns():
    torch.manual_seed(0)
    network = OblongCNN()
    network(waves(1)).square().sum().backward()
    # Instance normalisation takes out what the same everywhere is
    idle = {
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    }
    assert not [name for name in idle if name.endswith("weight")]


def test_short_chunks_are_refused(network):
    with pytest.raises(ValueError, match=r"63999 samples.*needs 64000"):
        network(waves(1)[:, 1:])
