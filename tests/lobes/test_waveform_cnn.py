import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.waveform import Waveform
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN

SAMPLES = 24000


def waves(batch):
    generator = torch.Generator().manual_seed(0)
    return 0.1 * torch.randn(batch, SAMPLES, generator=generator)


def test_as_large_as_published():
    """6944 numbers go into the dense layer; parameters by hand."""
    network = WaveformCNN()
    assert network.dense[0].in_features == 6944
    filters = (128 + 1) * 16 + (16 * 64 + 1) * 8 + (8 * 256 + 1) * 32
    norms = 2 * (16 + 8 + 32)
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == filters + norms + (6944 + 1) * 32 == 298184


def test_layer_by_layer():
    network, wavs = WaveformCNN(SAMPLES).eval(), waves(2) + 0.3
    x = wavs - wavs.mean(dim=1, keepdim=True)
    x = (x / x.square().mean(dim=1, keepdim=True).sqrt())[:, None]
    features = Waveform()(wavs)
    torch.testing.assert_close(features, x)
    for i in range(3):
        conv, norm = (
            network.convolutions[4 * i],
            network.convolutions[4 * i + 1],
        )
        norm.running_mean.uniform_(-0.1, 0.1)
        norm.running_var.uniform_(0.5, 2)
        x = F.conv1d(x, conv.weight, conv.bias) - norm.running_mean[:, None]
        x = (x / (norm.running_var[:, None] + 1e-5).sqrt()).clamp(min=0)
        x = x.unfold(2, 64, 8).amax(dim=-1)
    x = x.reshape(2, -1) @ network.dense[0].weight.T + network.dense[0].bias
    embeddings = network(features)
    assert embeddings.shape == (2, network.embedding_dim)
    torch.testing.assert_close(embeddings, x.relu(), atol=1e-5, rtol=1e-4)


def test_level_and_offset_do_not_matter():
    features, wavs = Waveform(), waves(1)
    changed = 0.01 * wavs + 0.002
    torch.testing.assert_close(
        features(changed), features(wavs), atol=1e-4, rtol=1e-3
    )


def test_silence_is_finite():
    assert Waveform()(torch.zeros(1, 4)).abs().max() == 0


def test_every_parameter_learns():
    network = WaveformCNN(SAMPLES)
    network(waves(4)[:, None]).sum().backward()
    idle = [
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    ]
    assert not idle


def test_chunks_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"24000 samples.*built for 132300"):
        WaveformCNN()(waves(1)[:, None])
    with pytest.raises(ValueError, match=r"samples: 8000: too few"):
        WaveformCNN(samples=8000)
