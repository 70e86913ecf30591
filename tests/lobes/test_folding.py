import pytest
import torch

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.crnn import CRNN
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.folding import folded
from speechbrain_singer.lobes.pooled_efficientnet import PooledEfficientNet
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform_cnn import WaveformCNN
from speechbrain_singer.published.efficientnet import PublishedEfficientNet

# Each with what it takes, and the batch norms that follow no convolution
NETWORKS = {
    "EfficientNet": (EfficientNet, (32, 40), 0),
    "PooledEfficientNet": (PooledEfficientNet, (32, 40), 0),
    "PublishedEfficientNet": (PublishedEfficientNet, (32, 40), 0),
    # In its attention, and before its last layer
    "VoiceResNet": (lambda: VoiceResNet(16, (4, 6), (2, 1), 5), (16, 20), 2),
    "WaveformCNN": (lambda: WaveformCNN(50000), (1, 50000), 0),
    # Behind ReLU or ELU
    "SingerCNN": (lambda: SingerCNN(channels=[8], bands=16), (16, 20), 4),
    "CRNN": (CRNN, (128, 157), 5),
}


def trained(name):
    """A network as if it were, in double precision, and its features."""
    build, shape, _ = NETWORKS[name]
    torch.manual_seed(0)
    network = build().double().eval()
    features = torch.rand(4, *shape, dtype=torch.float64)
    for norm in norms(network):
        norm.weight.data.uniform_(-2, 2)
        norm.bias.data.normal_()
    calibrate_batch_norm(network, features[:2])
    return network, features


def norms(network):
    kinds = torch.nn.BatchNorm1d, torch.nn.BatchNorm2d
    return [m for m in network.modules() if isinstance(m, kinds)]


@pytest.mark.parametrize("name", NETWORKS)
@torch.no_grad()
def test_what_is_computed_stays(name):
    network, features = trained(name)
    expected = network(features)
    before = {name: x.clone() for name, x in network.state_dict().items()}
    twin = folded(network)
    torch.testing.assert_close(twin(features), expected, rtol=1e-9, atol=1e-9)
    assert expected.std(dim=0).max() > 1e-2
    assert len(norms(twin)) == NETWORKS[name][2]
    after = network.state_dict()
    assert all(torch.equal(after[name], x) for name, x in before.items())
    assert torch.equal(network(features), expected)


def test_what_is_not_folded_is_shared():
    network = trained("VoiceResNet")[0]
    twin = folded(network)
    assert twin.pooling is network.pooling
    assert twin.stages is not network.stages
    block = twin.stages[2]
    assert block.first[0].stride == (2, 2) and block.first[0].bias is not None


def test_where_there_is_nothing_to_fold_it_is_the_module_itself():
    network = trained("SingerCNN")[0]
    assert folded(network) is network


class Squared(torch.nn.Conv1d):
    def forward(self, inputs):
        return super().forward(inputs) ** 2


class Skipped(torch.nn.Sequential):
    def forward(self, inputs):
        return self[1](self[0](inputs) ** 2)


@pytest.mark.parametrize(
    "pair",
    [
        torch.nn.Sequential(Squared(2, 3, 3), torch.nn.BatchNorm1d(3)),
        Skipped(torch.nn.Conv1d(2, 3, 3), torch.nn.BatchNorm1d(3)),
        torch.nn.Sequential(
            torch.nn.Conv1d(2, 3, 3),
            torch.nn.BatchNorm1d(3, track_running_stats=False),
        ),
        torch.nn.ModuleList(
            [torch.nn.Conv1d(2, 3, 3), torch.nn.BatchNorm1d(3)]
        ),
    ],
)
def test_what_is_no_plain_pair_stays(pair):
    assert folded(pair.eval()) is pair


def test_what_stands_twice_stays_between():
    once = torch.nn.ReLU()
    network = torch.nn.Sequential(
        *(once, torch.nn.Conv1d(2, 3, 3), once, torch.nn.BatchNorm1d(3))
    )
    assert folded(network.eval()) is network


def test_what_has_hooks_stays():
    conv = torch.nn.utils.spectral_norm(torch.nn.Conv1d(2, 3, 3))
    network = torch.nn.Sequential(conv, torch.nn.BatchNorm1d(3)).eval()
    assert folded(network) is network
    network = torch.nn.Sequential(torch.nn.Conv1d(2, 3, 3)).eval()
    network.append(torch.nn.BatchNorm1d(3).eval())
    network[1].register_forward_hook(lambda *_: None)
    assert folded(network) is network


def test_statistics_that_still_change_stay():
    pair = torch.nn.Conv1d(2, 3, 3), torch.nn.BatchNorm1d(3)
    network = torch.nn.Sequential(*pair)
    assert folded(network) is network
    assert folded(network.eval()) is not network


@torch.no_grad()
def test_single_precision_rounds_alone():
    network, features = (each.float() for each in trained("VoiceResNet"))
    expected = network(features)
    error = (folded(network)(features) - expected).norm() / expected.norm()
    assert error < 5e-6
