import pytest
import torch
from torchvision.models.resnet import BasicBlock as TorchvisionBlock

from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.voice_resnet import BasicBlock, VoiceResNet
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder

TINY = {"channels": (4, 8), "blocks": (1, 2), "embedding_dim": 6}


@pytest.fixture
def network():
    torch.manual_seed(0)
    network = VoiceResNet(**TINY)
    network(torch.rand(8, 80, 40))  # statistics of some data
    return network.eval()


@pytest.mark.parametrize("frames", [1, 22, 70, 138, 1000])
def test_any_length_has_an_embedding(network, frames):
    embeddings = network(torch.rand(2, 80, frames))
    assert embeddings.shape == (2, network.embedding_dim)
    assert embeddings.isfinite().all()


def test_takes_half_a_second(network):
    features = LogMel(hop_length=1024, n_mels=80)
    encoder = WaveformEncoder(features, network)
    assert encoder(torch.randn(1, 22050)).shape == (1, 6)


def test_batch_mates_do_not_matter(network):
    features = torch.rand(5, 80, 33)
    together, alone = network(features), network(features[2:3])
    assert torch.allclose(together[2:3], alone, atol=1e-5)


@pytest.mark.parametrize(("inputs", "stride"), [(4, 1), (2, 2)])
def test_a_block_is_that_of_torchvision(inputs, stride):
    ours = BasicBlock(inputs, 4, stride).eval()
    shortcut = None
    if stride == 2:
        strided = torch.nn.Conv2d(inputs, 4, 1, stride, bias=False)
        shortcut = torch.nn.Sequential(strided, torch.nn.BatchNorm2d(4))
        shortcut.load_state_dict(ours.shortcut.state_dict())
    theirs = TorchvisionBlock(inputs, 4, stride, shortcut).eval()
    pairs = (
        *zip(ours.first, (theirs.conv1, theirs.bn1), strict=True),
        *zip(ours.second, (theirs.conv2, theirs.bn2), strict=True),
    )
    for mine, other in pairs:
        other.load_state_dict(mine.state_dict())
    images = torch.randn(2, inputs, 9, 7)
    assert torch.allclose(ours(images), theirs(images), atol=1e-6)


@pytest.mark.parametrize("inputs", [3, 4, 8])
def test_gradients_of_a_shortcut_are_those_by_hand(inputs):
    """Of few channels too, which torch's strided ones are not on any CPU."""
    block = BasicBlock(inputs, 8, 2).to(memory_format=torch.channels_last)
    convolution = block.shortcut[0]
    given = []
    convolution.register_full_backward_hook(
        lambda _, into, out: given.append(out[0])
    )
    images = torch.randn(16, inputs, 8, 20)
    block(
        images.to(memory_format=torch.channels_last)
    ).square().sum().backward()
    kept = images[:, :, ::2, ::2].double()
    expected = torch.einsum("bohw,bihw->oi", given[0].double(), kept)
    gradient = convolution.weight.grad[:, :, 0, 0].double()
    assert torch.allclose(gradient, expected, rtol=1e-3, atol=1e-3)


def test_parameters_of_the_network_for_a_cpu():
    """Counted by hand, two of each channel for the batch normalisation."""

    def block(inputs, outputs):
        shortcut = inputs * outputs + 2 * outputs if inputs != outputs else 0
        convolutions = 9 * (inputs + outputs) * outputs
        return convolutions + 4 * outputs + shortcut

    channels = 32, 64, 128, 256
    stem = 25 * 32 + 2 * 32
    inputs = (32, *channels[:-1])
    stages = sum(map(block, inputs, channels)) + sum(
        map(block, channels, channels)
    )
    dim = 256 * 5  # of 80 bands, halved four times
    attention = 3 * dim * 128 + 128 + 2 * 128 + 128 * dim + dim
    output = 4 * dim + 2 * dim * 256 + 256
    count = sum(p.numel() for p in VoiceResNet().parameters())
    assert count == stem + stages + attention + output


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channels": (4, 8, 8)}, "3 channels and 2 blocks"),
        ({"channels": (), "blocks": ()}, "0 channels"),
        ({"channels": (4, 0)}, "channels and blocks of a stage"),
        ({"blocks": (60, 5)}, "blocks in all"),
        ({"n_mels": 0}, "n_mels"),
        ({"embedding_dim": 0}, "embedding_dim"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        VoiceResNet(**(TINY | settings))


def test_other_bands_are_refused(network):
    with pytest.raises(ValueError, match=r"64 bands.*built for 80"):
        network(torch.rand(1, 64, 30))


def test_absorbs_a_matrix():
    network = VoiceResNet(channels=(4, 8), blocks=(1, 1), embedding_dim=6)
    network.eval()
    features, matrix = torch.randn(2, 80, 70), torch.randn(6, 6)
    with torch.no_grad():
        before = network(features)
        network.absorb(matrix)
        after = network(features)
    torch.testing.assert_close(after, before @ matrix.T)
