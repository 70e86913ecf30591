import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.crnn import CRNN
from speechbrain_singer.lobes.features import LogMel

FRAMES = 63  # of 2 s, which leaves two steps


def features(batch, gain=1.0):
    generator = torch.Generator().manual_seed(0)
    wavs = 0.1 * torch.randn(batch, 32000, generator=generator)
    return LogMel(sample_rate=16000)(gain * wavs)


def test_as_large_as_published():
    """224 numbers of 157 frames; parameters by hand, layer by layer."""
    network = CRNN()
    assert (network.frames, network.embedding_dim) == (157, 224)
    convolutions = (9 + 1) * 64 + (64 * 9 + 1) * 128 + 2 * (128 * 9 + 1) * 128
    norms = 2 * (128 + 64 + 3 * 128)
    recurrent = 3 * 32 * (128 + 32 + 2) + 3 * 32 * (32 + 32 + 2)
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == convolutions + norms + recurrent == 392704


def test_layer_by_layer():
    network = CRNN(FRAMES).eval()
    torch.manual_seed(0)
    for norm in network.modules():
        if isinstance(norm, torch.nn.modules.batchnorm._BatchNorm):
            norm.running_mean.uniform_(-0.1, 0.1)
            norm.running_var.uniform_(0.5, 2)
    spectrograms = features(2)
    x = network.band_norm(spectrograms)[:, None]
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
    torch.testing.assert_close(
        network(spectrograms), expected, atol=1e-5, rtol=1e-4
    )


def test_the_level_does_not_matter():
    network = CRNN(FRAMES).eval()
    quiet = network(features(1, gain=0.01))
    torch.testing.assert_close(network(features(1)), quiet)


def test_rows_do_not_matter_to_each_other():
    network, rows = CRNN(FRAMES).eval(), features(3)
    alone = torch.cat([network(row[None]) for row in rows])
    torch.testing.assert_close(network(rows), alone)


def test_every_parameter_learns():
    network = CRNN(FRAMES)
    network(features(4)).square().sum().backward()
    idle = [
        name
        for name, p in network.named_parameters()
        if p.grad.abs().max() == 0
    ]
    assert not idle


def test_chunks_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"63 frames.*built for 157"):
        CRNN()(features(1))
    with pytest.raises(ValueError, match=r"frames: 44: too few"):
        CRNN(frames=44)
    assert CRNN(frames=87).embedding_dim == 96
    assert (CRNN(63).min_frames, CRNN(63).max_frames) == (63, 63)
