import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import softmax

from speechbrain_singer.baselines.se_resnet import (
    Block,
    ResNetSE34L,
    ResNetSE34V2,
)


def shapes(network):
    return {name: tuple(v.shape) for name, v in network.state_dict().items()}


def test_f_resnet_has_the_published_keys():
    found = shapes(ResNetSE34L())
    expected = {
        "conv1.weight": (16, 1, 7, 7),
        "bn1.running_var": (16,),
        "layer1.2.se.fc.0.weight": (2, 16),
        "layer1.2.se.fc.2.bias": (16,),
        "layer2.0.conv1.weight": (32, 16, 3, 3),
        "layer2.0.downsample.0.weight": (32, 16, 1, 1),
        "layer2.0.downsample.1.num_batches_tracked": (),
        "layer3.5.bn2.bias": (64,),
        "layer4.2.conv2.weight": (128, 128, 3, 3),
        "sap_linear.weight": (128, 128),
        "attention": (128, 1),
        "fc.weight": (512, 128),
    }
    assert {name: found.get(name) for name in expected} == expected
    # 16 blocks of 16, three shortcuts of 6, convolution and its norm, and
    # sap_linear, attention, fc
    assert len(found) == 16 * 16 + 3 * 6 + 6 + 5


def test_h_asp_has_the_published_keys():
    found = shapes(ResNetSE34V2())
    expected = {
        "conv1.weight": (32, 1, 3, 3),
        "conv1.bias": (32,),
        "layer1.0.se.fc.0.weight": (4, 32),
        "layer2.0.downsample.0.weight": (64, 32, 1, 1),
        "layer3.5.conv1.weight": (128, 128, 3, 3),
        "layer4.0.downsample.1.bias": (256,),
        "attention.0.weight": (128, 2048, 1),
        "attention.2.running_var": (128,),
        "attention.3.bias": (2048,),
        "fc.weight": (512, 4096),
    }
    assert {name: found.get(name) for name in expected} == expected
    assert "layer1.0.downsample.0.weight" not in found
    assert len(found) == 16 * 16 + 3 * 6 + 7 + 9 + 2


def test_sizes_are_the_published_ones():
    def millions(network):
        return round(sum(p.numel() for p in network.parameters()) / 1e6, 1)

    assert millions(ResNetSE34L()) == 1.4
    assert millions(ResNetSE34V2()) == 8.0


def test_strides():
    """Bands and frames are halved as often as published."""
    small, large = ResNetSE34L().eval(), ResNetSE34V2().eval()
    assert small.stages(torch.zeros(1, 16, 20, 64)).shape == (1, 128, 5, 16)
    assert large.stages(torch.zeros(1, 32, 64, 64)).shape == (1, 256, 8, 8)


@torch.no_grad()
def test_block_step_by_step():
    torch.manual_seed(0)
    block = Block(8, 16, stride=2).eval()
    for norm in (block.bn1, block.bn2, block.downsample[1]):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2.0)
    p = block.state_dict()

    def norm(maps, name):
        mean, var = p[f"{name}.running_mean"], p[f"{name}.running_var"]
        return (maps - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()

    maps = torch.randn(2, 8, 10, 12)
    out = F.conv2d(maps, p["conv1.weight"], stride=2, padding=1)
    out = norm(out.clamp(min=0), "bn1")
    out = norm(F.conv2d(out, p["conv2.weight"], padding=1), "bn2")
    squeezed = out.mean(dim=3).mean(dim=2) @ p["se.fc.0.weight"].T
    squeezed = (squeezed + p["se.fc.0.bias"]).clamp(min=0)
    excited = squeezed @ p["se.fc.2.weight"].T + p["se.fc.2.bias"]
    out = out / (1 + (-excited).exp())[:, :, None, None]
    shortcut = F.conv2d(maps, p["downsample.0.weight"], stride=2)
    out = (out + norm(shortcut, "downsample.1")).clamp(min=0)
    assert torch.allclose(block(maps), out, atol=1e-5)


@torch.no_grad()
def test_self_attentive_pooling(monkeypatch):
    torch.manual_seed(0)
    network = ResNetSE34L().eval()
    maps = torch.randn(2, 128, 5, 9)
    monkeypatch.setattr(network, "stages", lambda _: maps)
    p = {k: v.double().numpy() for k, v in network.state_dict().items()}
    frames = maps.double().numpy().mean(axis=2)  # [rows, channels, frames]
    hidden = p["sap_linear.weight"] @ frames + p["sap_linear.bias"][:, None]
    weights = softmax(p["attention"].T @ np.tanh(hidden), axis=2)
    pooled = (frames * weights).sum(axis=2)
    expected = pooled @ p["fc.weight"].T + p["fc.bias"]
    measured = network(torch.zeros(2, 40, 20)).numpy()
    assert np.abs(measured - expected).max() < 1e-5


@torch.no_grad()
def test_attentive_statistics_pooling(monkeypatch):
    torch.manual_seed(0)
    network = ResNetSE34V2().eval()
    maps = torch.randn(2, 256, 8, 9)
    monkeypatch.setattr(network, "stages", lambda _: maps)
    p = {k: v.double().numpy() for k, v in network.state_dict().items()}
    frames = maps.double().numpy().reshape(2, 2048, 9)
    hidden = p["attention.0.weight"][:, :, 0] @ frames
    hidden = np.maximum(hidden + p["attention.0.bias"][:, None], 0)
    hidden /= np.sqrt(1 + 1e-5)  # batch norm, as it is initialised
    scores = p["attention.3.weight"][:, :, 0] @ hidden
    weights = softmax(scores + p["attention.3.bias"][:, None], axis=2)
    mean = (frames * weights).sum(axis=2)
    variance = ((frames - mean[:, :, None]) ** 2 * weights).sum(axis=2)
    statistics = np.concatenate([mean, np.sqrt(variance)], axis=1)
    expected = statistics @ p["fc.weight"].T + p["fc.bias"]
    measured = network(torch.zeros(2, 64, 20)).numpy()
    assert np.abs(measured - expected).max() < 1e-5
