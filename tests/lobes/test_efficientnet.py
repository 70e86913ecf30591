import pytest
import torch
from torchvision.models import efficientnet_b0

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.efficientnet import EfficientNet


def test_summed_channels_give_what_three_copies_give(monkeypatch):
    three = efficientnet_b0().eval()
    monkeypatch.setattr(
        "torchvision.models.get_model", lambda *_, **__: efficientnet_b0()
    )
    one = EfficientNet().eval()
    weights = three.state_dict()
    stem = "features.0.0.weight"
    weights[stem] = weights[stem].sum(dim=1, keepdim=True)
    one.net.load_state_dict(weights)
    features = torch.rand(2, 128, 50)
    expected = three(features.unsqueeze(1).expand(-1, 3, -1, -1))
    assert torch.allclose(one(features), expected, atol=1e-5)


def test_the_first_kernel_is_the_sum(monkeypatch):
    built = efficientnet_b0()
    kernel = built.features[0][0].weight.detach().clone()
    monkeypatch.setattr("torchvision.models.get_model", lambda *_, **__: built)
    summed = EfficientNet().net.features[0][0].weight
    assert torch.equal(summed, kernel.sum(dim=1, keepdim=True))


def test_activations_are_channels_last():
    encoder = EfficientNet().eval()
    outputs = []
    encoder.net.features[0].register_forward_hook(
        lambda *arguments: outputs.append(arguments[-1])
    )
    encoder(torch.rand(2, 128, 50))
    assert outputs[0].is_contiguous(memory_format=torch.channels_last)


def test_embedding_dim():
    assert EfficientNet(embedding_dim=64)(torch.rand(2, 128, 9)).shape[1] == 64


def test_other_networks_by_name():
    encoder = EfficientNet("efficientnet_b1").eval()
    assert encoder(torch.rand(1, 128, 9)).shape == (1, 1000)


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match=r"'resnet18'.*efficientnet_b0"):
        EfficientNet("resnet18")


def test_weights_that_cannot_be_fetched(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise OSError("network is unreachable")

    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(RuntimeError, match=r"efficientnet_b0.*pretrained"):
        EfficientNet(pretrained=True)


def test_weights_from_the_cache(monkeypatch, tmp_path):
    """A file that lies in torch's cache is loaded, without a network."""
    source = efficientnet_b0()
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    from torchvision.models import EfficientNet_B0_Weights

    name = EfficientNet_B0_Weights.DEFAULT.url.rsplit("/", 1)[1]
    torch.save(source.state_dict(), folder / name)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    # The file's name holds a hash of the real weights
    monkeypatch.setattr(
        "torchvision.models._api.WeightsEnum.get_state_dict",
        lambda *_, **__: torch.load(folder / name),
    )
    encoder = EfficientNet(pretrained=True)
    assert torch.equal(
        encoder.net.classifier[1].weight, source.classifier[1].weight
    )


def test_random_weights_start_near_a_linear_map():
    """The mean of two inputs' embeddings is that of their mean."""
    torch.manual_seed(0)
    features = torch.rand(8, 128, 64) * torch.rand(8, 128, 1)

    def bend(net):
        calibrate_batch_norm(net, features.unsqueeze(1).expand(-1, 3, -1, -1))
        return bend_of(lambda x: net(x.unsqueeze(1).expand(-1, 3, -1, -1)))

    def bend_of(network):
        with torch.no_grad():
            ends = network(features)
            middle = network((features[:4] + features[4:]) / 2)
        straight = (ends[:4] + ends[4:]) / 2
        return (middle - straight).norm() / (ends[:4] - ends[4:]).norm()

    ours = EfficientNet().eval()
    calibrate_batch_norm(ours, features)
    assert bend_of(ours) < 0.5 * bend(efficientnet_b0().eval())


def test_every_parameter_still_learns():
    encoder = EfficientNet(dropout=0.0, stochastic_depth=0.0)
    optimizer = torch.optim.SGD(encoder.parameters(), lr=0.1)
    for _ in range(2):  # a branch that is off learns from its second step on
        optimizer.zero_grad()
        encoder(torch.rand(4, 128, 32)).square().sum().backward()
        optimizer.step()
    idle = [
        name
        for name, parameter in encoder.named_parameters()
        if parameter.grad.abs().max() == 0
    ]
    assert not idle
