import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.crnn import CRNN

SECONDS = 2.0  # which leaves two steps


def waves(batch, seconds=SECONDS, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 0.1 * torch.randn(batch, round(16000 * seconds), generator=generator)


def test_as_large_as_published():
    """224 numbers of 157 frames; parameters by hand, layer by layer."""
    network = CRNN()
    assert (network.frames, network.width) == (157, 224)
    convolutions = (9 + 1) * 64 + (64 * 9 + 1) * 128 + 2 * (128 * 9 + 1) * 128
    norms = 2 * (128 + 64 + 3 * 128)
    recurrent = 3 * 32 * (128 + 32 + 2) + 3 * 32 * (32 + 32 + 2)
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == convolutions + norms + recurrent == 392704


def test_layer_by_layer():
    network = CRNN(SECONDS).eval()
    torch.manual_seed(0)
    for norm in network.modules():
        if isinstance(norm, torch.nn.modules.batchnorm._BatchNorm):
            norm.running_mean.uniform_(-0.1, 0.1)
            norm.running_var.uniform_(0.5, 2)
    wavs = waves(2)
    x = network.band_norm(network.features(wavs))[:, None]
    layers = network.convolutions
    for i, pool in enumerate([(2, 2), (4, 2), (4, 2), (1, 2)]):
        conv, norm = layers[5 * i], layers[5 * i + 2]
        x = F.elu(F.conv2d(x, conv.weight, conv.bias))
        mean, var = (
            s[:, None, None] for s in (norm.running_mean, norm.running_var)
        )
        x = F.max_pool2d((x - mean) / (var + 1e-5).sqrt(), pool)
    assert x.shape == (2, 128, 1, 2)  # one band, two steps
    states = x[:, :, 0].unbind(dim=-1)
    for layer in range(2):
        cell = torch.nn.GRUCell(128 if layer == 0 else 32, 32)
        weights = {
            name: getattr(network.recurrent, f"{name}_l{layer}")
            for name in cell.state_dict()
        }
        cell.load_state_dict(weights)
        first = cell(states[0])
        states = first, cell(states[1], first)
    expected = torch.cat(states, dim=1)
    torch.testing.assert_close(network(wavs), expected, atol=1e-5, rtol=1e-4)


def test_the_level_does_not_matter():
    network, wavs = CRNN(SECONDS).eval(), waves(1)
    torch.testing.assert_close(network(wavs), network(0.01 * wavs))


def test_rows_do_not_matter_to_each_other():
    network, wavs = CRNN(SECONDS).eval(), waves(3)
    alone = torch.cat([network(wav[None]) for wav in wavs])
    torch.testing.assert_close(network(wavs), alone)


def test_every_parameter_learns():
    network = CRNN(SECONDS)
    network(waves(4)).square().sum().backward()
    idle = [
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    ]
    assert not idle


def test_chunks_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"32000 samples.*built for 80000"):
        CRNN()(waves(1))
    with pytest.raises(ValueError, match=r"44 frames: too few"):
        CRNN(seconds=1.4)
    assert CRNN(seconds=2.0, sample_rate=22050).width == 96
