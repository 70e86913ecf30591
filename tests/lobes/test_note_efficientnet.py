import pytest
import torch

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.note_efficientnet import NoteEfficientNet

TIME = 20 * 1024
FEATURES = CQTDecibels(44100, 1024, 168, bins_per_octave=24, f_min=65.4064)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return NoteEfficientNet().eval()


def tones(*pitches):
    time = torch.arange(TIME) / 44100
    hertz = 440 * 2 ** ((torch.tensor(pitches) - 69.0) / 12)
    return FEATURES(0.5 * torch.sin(2 * torch.pi * hertz[:, None] * time))


def test_as_large_as_efficientnet_b0(network):
    """5,288,548 with three channels and 1000 classes, as its authors have."""
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == 5288548 - 2 * 32 * 9 - 1281 * 1000


def test_a_frame_is_seen_among_eleven(network):
    features = tones(60, 71)
    images = network.images(features)
    assert images.shape == (2, 21, 168, 11)
    for frame in (0, 3, 10, 20):
        for place in range(11):
            seen = frame + place - 5
            column = images[:, frame, :, place]
            if 0 <= seen <= 20:
                assert torch.equal(column, features[:, :, seen])
            else:
                assert not column.any()
    # Quarter tones above MIDI 36
    middle = images[:, 10, :, 5].argmax(dim=1)
    assert middle.tolist() == [2 * (60 - 36), 2 * (71 - 36)]


def test_frames_in_chunks_are_frames_at_once(network):
    features = (tones(60, 71) + torch.randn(2, 168, 21))[:, :, :9]
    images = network.images(features).flatten(0, 1)
    calibrate_batch_norm(network.network, images)
    with torch.no_grad():
        whole = network(features)
        network.chunk_size = 7
        parts = network(features)
        network.chunk_size = 512
    assert whole.shape == (2, 9, network.embedding_dim)
    assert whole.std(dim=1).max() > 1e-3
    torch.testing.assert_close(parts, whole, atol=1e-5, rtol=1e-4)


def test_it_learns_in_chunks_too():
    torch.manual_seed(0)
    network = NoteEfficientNet(chunk_size=4)
    network(tones(60)[:, :, :8]).square().sum().backward()
    stem = network.network.net.features[0][0].weight
    assert stem.grad.abs().max() > 0


def test_a_frame_of_half_a_chunk_is_no_chunk():
    with pytest.raises(ValueError, match="chunk_size in frames"):
        NoteEfficientNet(chunk_size=1)
