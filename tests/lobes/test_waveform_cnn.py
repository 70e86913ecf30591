import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.waveform_cnn import WaveformCNN

SAMPLES = 40000
SETTINGS = {"seconds": 2.5, "sample_rate": 16000}


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
    network, wavs = WaveformCNN(**SETTINGS).eval(), waves(2) + 0.3
    x = wavs - wavs.mean(dim=1, keepdim=True)
    x = (x / x.square().mean(dim=1, keepdim=True).sqrt())[:, None]
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
    assert network(wavs).shape == (2, network.width)
    torch.testing.assert_close(network(wavs), x.relu(), atol=1e-5, rtol=1e-4)


def test_level_and_offset_do_not_matter():
    network, wavs = WaveformCNN(**SETTINGS).eval(), waves(1)
    changed = 0.01 * wavs + 0.002
    torch.testing.assert_close(
        network(changed), network(wavs), atol=1e-4, rtol=1e-3
    )


def test_silence_is_finite():
    network = WaveformCNN(**SETTINGS).eval()
    assert network(torch.zeros(1, SAMPLES)).isfinite().all()


def test_every_parameter_learns():
    network = WaveformCNN(**SETTINGS)
    network(waves(4)).sum().backward()
    idle = [
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    ]
    assert not idle


def test_chunks_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"40000 samples.*built for 132300"):
        WaveformCNN()(waves(1))
    with pytest.raises(ValueError, match=r"8000 samples: too few"):
        WaveformCNN(seconds=0.5, sample_rate=16000)
