import pytest
import torch

from speechbrain_singer.ssl.momentum import MomentumTarget


@pytest.fixture
def online():
    torch.manual_seed(0)
    return torch.nn.ModuleDict(
        {
            "encoder": torch.nn.Sequential(
                torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8)
            ),
            "projector": torch.nn.Sequential(
                torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
            ),
        }
    )


def moved(online):
    """The online network after some change of all it has."""
    with torch.no_grad():
        for parameter in online.parameters():
            parameter.add_(torch.randn_like(parameter))
        online["encoder"](torch.randn(16, 4))
    return online


def test_follows_by_the_moving_average(online):
    target = MomentumTarget(online)
    before = {k: v.clone() for k, v in target.named_parameters()}
    moved(online)
    target.update(online, momentum=0.9)
    for name, value in target.named_parameters():
        fast = online.get_parameter(name.removeprefix("modules_copied."))
        expected = 0.9 * before[name] + 0.1 * fast
        assert torch.allclose(value, expected, atol=1e-6)


def test_dropout_is_off_and_statistics_are_the_batchs(online):
    target = MomentumTarget(online)
    torch.nn.ModuleDict({"target": target}).train()
    wavs = 3 + 2 * torch.randn(64, 4)
    assert torch.equal(target(wavs), target(wavs))
    encoded = target.modules_copied["encoder"](wavs)
    assert encoded.mean(dim=0).abs().max() < 1e-4
    assert (encoded.std(dim=0, correction=0) - 1).abs().max() < 1e-3


def test_statistics_are_its_own(online):
    target = MomentumTarget(online).train()
    before = online["encoder"][1].running_mean.clone()
    target(torch.randn(16, 4))
    assert torch.equal(online["encoder"][1].running_mean, before)
    assert target.modules_copied["encoder"][1].num_batches_tracked == 1
    target.eval()
    target(torch.randn(16, 4))
    assert target.modules_copied["encoder"][1].num_batches_tracked == 1


def test_is_a_copy_without_gradients(online):
    target = MomentumTarget(online).eval()
    expected = target(torch.ones(2, 4))
    moved(online)
    output = target(torch.ones(2, 4))
    assert torch.equal(output, expected)
    assert not output.requires_grad
    assert not any(p.requires_grad for p in target.parameters())
    assert all(p.requires_grad for p in online.parameters())


def test_momentum_one_and_zero(online):
    target = MomentumTarget(online)
    before = target(torch.ones(2, 4))
    moved(online)
    target.update(online, momentum=1.0)
    weight = target.modules_copied["projector"][1].weight
    assert not torch.equal(weight, online["projector"][1].weight)
    target.update(online, momentum=0.0)
    assert torch.equal(weight, online["projector"][1].weight)
    assert not torch.equal(target(torch.ones(2, 4)), before)
