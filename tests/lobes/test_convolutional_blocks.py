import pytest
import torch
import torch.nn.functional as F

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.convolutional_blocks import (
    BLOCKS,
    ConvReluNorm,
    PooledConvReluNorm,
)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def relu_norm(x, norm):
    """Of the ReLU, with the statistics of the batch, written out."""
    x = x.clamp(min=0)
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    variance = (x - mean).square().mean(dim=(0, 2, 3), keepdim=True)
    scale, shift = (p.view(1, -1, 1, 1) for p in (norm.weight, norm.bias))
    return scale * (x - mean) / (variance + 1e-5).sqrt() + shift


def by_groups(x, conv, groups):
    """Each group of channels by a convolution of its own."""
    parts = zip(
        x.chunk(groups, dim=1),
        conv.weight.chunk(groups),
        conv.bias.chunk(groups),
        strict=True,
    )
    return torch.cat([F.conv2d(*part, padding=2) for part in parts], dim=1)


def with_drawn_norms(block):
    """Negative scales too: where a norm is decides what is a maximum."""
    for module in block.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.weight)
            torch.nn.init.normal_(module.bias)
    return block


def residual_by_hand(block, x, groups):
    first, second, third = block.bottleneck
    y = relu_norm(F.conv2d(x, first.conv.weight, first.conv.bias), first.norm)
    y = relu_norm(by_groups(y, second.conv, groups), second.norm)
    y = relu_norm(F.conv2d(y, third.conv.weight, third.conv.bias), third.norm)
    return y


def test_vanilla_block_by_hand():
    block = with_drawn_norms(BLOCKS["vanilla"](3, 8))
    x = torch.randn(2, 3, 9, 7)
    first, second = block
    y = relu_norm(by_groups(x, first.conv, 1), first.norm)
    y = relu_norm(by_groups(y, second.conv, 1), second.norm)
    assert torch.allclose(block(x), y, atol=1e-5)


@pytest.mark.parametrize("name, groups", [("resnet", 1), ("resnext", 4)])
def test_residual_block_by_hand(name, groups):
    block = with_drawn_norms(BLOCKS[name](3, 16))
    x = torch.randn(2, 3, 9, 7)
    y = residual_by_hand(block, x, groups)
    y = y + F.conv2d(x, block.shortcut.weight, block.shortcut.bias)
    assert torch.allclose(block(x), y, atol=1e-5)


def test_the_shortcut_is_the_identity_where_channels_stay():
    block = with_drawn_norms(BLOCKS["resnext"](16, 16))
    x = torch.randn(2, 16, 9, 7)
    y = x + residual_by_hand(block, x, 4)
    assert torch.allclose(block(x), y, atol=1e-5)


def test_an_even_kernel_has_less_before():
    layer = ConvReluNorm(1, 1, kernel_size=10).eval()
    torch.nn.init.ones_(layer.conv.weight)
    torch.nn.init.zeros_(layer.conv.bias)
    image = torch.zeros(1, 1, 30, 30)
    image[0, 0, 15, 20] = 1
    rows, columns = layer(image)[0, 0].nonzero(as_tuple=True)
    # Output i sees inputs i - 4 to i + 5
    assert (rows.min(), rows.max()) == (10, 19)
    assert (columns.min(), columns.max()) == (15, 24)


def test_pooling_first_gives_the_same():
    """In evaluation; with scales of both signs, statistics that were taken."""
    layer = with_drawn_norms(PooledConvReluNorm(1, 16, kernel_size=4))
    assert layer.norm.weight.min() < 0 < layer.norm.weight.max()
    x = torch.randn(4, 1, 10, 8)
    padded = F.pad(x, (1, 2, 1, 2))
    y = F.conv2d(padded, layer.conv.weight, layer.conv.bias).relu()
    expected = F.max_pool2d(relu_norm(y, layer.norm), 2)
    assert torch.allclose(layer(x), expected, atol=1e-5)
    calibrate_batch_norm(layer.eval(), x)
    layer.norm.running_var *= 1 - 1 / (y.numel() / 16)  # they are unbiased
    assert torch.allclose(layer(x), expected, atol=1e-5)


def test_channels_that_cannot_be_grouped():
    with pytest.raises(ValueError, match=r"12 channels.*cardinality, 4"):
        BLOCKS["resnext"](8, 12)
