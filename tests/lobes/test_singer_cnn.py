import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.singer_cnn import SingerCNN

CNN = {"block": "vanilla", "first_channels": 64, "channels": [128]}
DEEP_CNN = {
    "block": "vanilla",
    "first_channels": 16,
    "channels": [32, 32, 32, 64, 64, 64],
}
RESNEXT = {"block": "resnext", "first_channels": 64, "channels": [128]}
WIDE_RESNEXT = {"block": "resnext", "first_channels": 128, "channels": [128]}
DEEP_RESNEXT = {
    "block": "resnext",
    "first_channels": 32,
    "channels": [64, 64, 64, 128, 128, 128],
}


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


# Rows of the published tables, where batch norm counts two values a channel
@pytest.mark.parametrize(
    "network, aggregation, output_dim, convolutions, total",
    [
        # Table 1, whose totals leave the output layer out
        (CNN, "max", None, 621_760, 5_867_712),
        (CNN, "average", None, 621_760, 5_867_712),
        (CNN, "none", None, 621_760, 204_048_576),
        (DEEP_CNN, "max", None, 707_376, 3_594_032),
        (DEEP_CNN, "none", None, 707_376, 27_973_424),
        (RESNEXT, "max", None, 53_568, 5_299_520),
        (DEEP_RESNEXT, "average", None, 169_504, 3_842_592),
        (DEEP_RESNEXT, "none", None, 169_504, 52_601_376),
        # The same with its output layer for 46 singers
        (CNN, "max", 46, 621_760, 5_914_862),
        (CNN, "attention", 46, 621_760, 5_917_935),
        # Table 2, with its output layer
        (CNN, "max", 16, 621_760, 5_884_112),
        (DEEP_CNN, "max", 16, 707_376, 3_610_432),
        (WIDE_RESNEXT, "average", 16, 55_936, 5_318_288),
        (DEEP_RESNEXT, "max", 16, 169_504, 3_858_992),
        (DEEP_RESNEXT, "attention", 16, 169_504, 3_860_529),
    ],
)
def test_published_numbers_of_parameters(
    network, aggregation, output_dim, convolutions, total
):
    with torch.device("meta"):
        net = SingerCNN(
            **network, aggregation=aggregation, output_dim=output_dim
        )
    assert parameters(net.convolutions) == convolutions
    assert parameters(net) == total


@pytest.mark.parametrize(
    "channels, pooled_after",
    [
        ([8], [0, 1]),
        ([8, 8], [0]),
        ([8, 8, 8], [0, 2]),
        ([8] * 6, [0, 2, 4]),
        ([8] * 7, [0, 2, 4, 6]),
    ],
)
def test_where_the_pools_are(channels, pooled_after):
    layers = SingerCNN(channels=channels, hidden_dim=2).convolutions
    found, blocks = [0], 0  # the first layer is number 0
    assert layers[0](torch.rand(2, 1, 8, 6)).shape[2:] == (4, 3)
    for layer in layers[1:]:
        if isinstance(layer, torch.nn.MaxPool2d):
            found.append(blocks)
        else:
            blocks += 1
    assert (found, blocks) == (pooled_after, len(channels))


def small(**changes):
    torch.manual_seed(0)
    settings = {
        "block": "vanilla",
        "first_channels": 4,
        "channels": [8],
        "bands": 12,
        "frames": 16,
        "hidden_dim": 6,
    }
    return SingerCNN(**{**settings, **changes})


def test_forward_by_hand():
    """All of a shallow network, by functional calls."""
    net = small(aggregation="attention", output_dim=3).eval()
    first, (second, third), _ = net.convolutions
    for layer in (first, second, third):
        torch.nn.init.normal_(layer.norm.weight)
        torch.nn.init.normal_(layer.norm.running_mean)
    features = torch.randn(2, 12, 16)

    def conv(x, layer, before, after):
        x = F.pad(x, (before, after, before, after))
        x = F.conv2d(x, layer.conv.weight, layer.conv.bias).clamp(min=0)
        x = x - layer.norm.running_mean.view(1, -1, 1, 1)
        x = x / (1 + 1e-5) ** 0.5 * layer.norm.weight.view(1, -1, 1, 1)
        return x + layer.norm.bias.view(1, -1, 1, 1)

    x = features.mT.unsqueeze(1)  # [batch, channel, frames, bands]
    x = F.max_pool2d(conv(x, first, 4, 5), 2)
    x = F.max_pool2d(conv(conv(x, second, 2, 2), third, 2, 2), 2)
    # Frame by frame, channel-major
    frames = [x[:, :, t].reshape(2, 8 * 3) for t in range(4)]
    energies = [net.aggregate.energy(frame).tanh() for frame in frames]
    weights = torch.cat(energies, dim=1).softmax(dim=1)
    y = sum(weights[:, [t]] * frame for t, frame in enumerate(frames))
    for layer in (net.dense[0], net.dense[2], net.dense[4]):
        y = (y @ layer.weight.T + layer.bias).clamp(min=0)
    y = y @ net.output.weight.T + net.output.bias
    assert torch.allclose(net(features), y, atol=1e-5)


def test_the_embedding_is_the_last_dense_layer_without_an_output():
    net = small().eval()
    embeddings = net(torch.randn(2, 12, 16))
    assert embeddings.shape == (2, net.embedding_dim) == (2, 6)
    assert embeddings.min() >= 0
    assert small(output_dim=3).embedding_dim == 3


def test_dropout_is_after_the_last_dense_layer():
    net = small(dropout=0.5, hidden_dim=400).train()
    features = torch.randn(2, 12, 16)
    hidden = []
    net.dense[-1].register_forward_pre_hook(lambda _, x: hidden.append(x[0]))
    dropped = net(features)
    alive = hidden[0] > 0
    assert 0.4 < (dropped[alive] == 0).float().mean() < 0.6
    assert sum(isinstance(m, torch.nn.Dropout) for m in net.modules()) == 1


def test_any_number_of_frames_with_an_aggregation():
    net = small(aggregation="max").eval()
    assert net(torch.randn(1, 12, 30)).shape == (1, 6)
    assert net.frame_vectors(torch.randn(1, 12, 30)).shape == (1, 7, 24)
    assert (net.min_frames, net.max_frames) == (4, None)
    assert net(torch.randn(1, 12, net.min_frames)).shape == (1, 6)


def test_one_number_of_frames_without():
    net = small(aggregation="none").eval()
    assert net(torch.randn(1, 12, 16)).shape == (1, 6)
    with pytest.raises(ValueError, match=r"17 frames.*built for.*16 frames"):
        net(torch.randn(1, 12, 17))
    assert net.min_frames == net.max_frames == 16


@pytest.mark.parametrize("bands, frames", [(11, 16), (12, 3)])
def test_spectrograms_that_do_not_fit(bands, frames):
    with pytest.raises(ValueError, match=f"{bands} bands and {frames} frames"):
        small()(torch.randn(1, bands, frames))


@pytest.mark.parametrize("block", ["vanilla", "resnet", "resnext"])
@pytest.mark.parametrize("aggregation", ["none", "max", "average", "attention"])
def test_every_parameter_learns(block, aggregation):
    net = small(block=block, aggregation=aggregation, output_dim=3)
    net(torch.randn(8, 12, 16)).square().sum().backward()
    idle = [
        name
        for name, parameter in net.named_parameters()
        if parameter.grad is None or parameter.grad.abs().max() == 0
    ]
    assert not idle


@pytest.mark.parametrize(
    "setting, named",
    [
        ({"block": "dense"}, "'dense'.*vanilla, resnet, resnext"),
        ({"aggregation": "sum"}, "'sum'.*none, max"),
        ({"channels": []}, "channels"),
        ({"channels": [8, 0]}, "channels: 0"),
        ({"bands": 3}, "3 bands"),
        ({"hidden_dim": 0}, "hidden_dim"),
        ({"output_dim": 0}, "output_dim"),
        ({"dropout": 1.5}, "dropout"),
    ],
)
def test_settings_that_make_no_sense(setting, named):
    with pytest.raises(ValueError, match=named):
        small(**setting)


@pytest.mark.parametrize("block", ["vanilla", "resnet", "resnext"])
@pytest.mark.parametrize("aggregation", ["none", "max", "attention"])
def test_activations_and_gradients_are_channels_last(block, aggregation):
    """In the other layout a step takes half as long again."""
    net = small(block=block, channels=[16], aggregation=aggregation)
    found = []
    for module in net.convolutions.modules():
        module.register_forward_hook(lambda *x: found.append(x[-1]))
        if isinstance(module, torch.nn.MaxPool2d):
            module.register_full_backward_pre_hook(
                lambda _, gradients: found.extend(gradients)
            )
    net(torch.randn(2, 12, 16)).sum().backward()
    assert len(found) > 8
    layout = torch.channels_last
    assert all(images.is_contiguous(memory_format=layout) for images in found)
