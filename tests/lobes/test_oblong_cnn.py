import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.oblong_cnn import OblongCNN


@pytest.fixture(scope="module")
def image():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, 3, 1025, 126, generator=generator)


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


def test_layer_by_layer(network, image):
    x = image
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
        network(image), x.clamp(min=0), atol=1e-4, rtol=1e-3
    )


def test_every_parameter_learns(image):
    torch.manual_seed(0)
    network = OblongCNN()
    network(image[:, :, :257]).square().sum().backward()
    # Instance normalisation takes out what the same everywhere is
    idle = {
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    }
    assert not [name for name in idle if name.endswith("weight")]


def test_short_chunks_are_refused(network, image):
    with pytest.raises(ValueError, match=r"125 frames.*needs 126"):
        network(image[..., 1:])
