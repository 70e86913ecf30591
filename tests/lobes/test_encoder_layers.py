import pytest
import torch

from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.encoder_layers import EncoderLayers
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.published.efficientnet import PublishedEfficientNet
from speechbrain_singer.published.features import PublishedLogMel


def singer_cnn(**settings):
    torch.manual_seed(0)
    sizes = {"block": "vanilla", "first_channels": 8, "bands": 16}
    network = SingerCNN(hidden_dim=4, **{"channels": [3], **sizes, **settings})
    return WaveformEncoder(MelDecibels(n_mels=16), network).eval()


def efficientnet(features=LogMel, network=EfficientNet):
    """Random weights, but for the levels: else its last map is nearly 0."""
    torch.manual_seed(0)
    encoder = WaveformEncoder(features(), network())
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    encoder(torch.randn(2, 40 * 512))
    return encoder.eval()


def published():
    return efficientnet(PublishedLogMel, PublishedEfficientNet)


@pytest.mark.parametrize("build", [efficientnet, published])
def test_an_efficientnet_s_mean_over_frames_goes_on(build):
    encoder = build()
    front_end = EncoderLayers(encoder, frozen=True)
    wavs = torch.randn(2, 40 * 512)
    layers = front_end(wavs)
    assert layers.shape == (2, 2, front_end.layers, front_end.width)
    assert layers.shape[2:] == (1, 1280) and layers.std() > 0.03
    embeddings = encoder.encoder.net.classifier(layers[:, :, 0].mean(dim=1))
    torch.testing.assert_close(embeddings, encoder(wavs), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("aggregation", ["max", "none"])
def test_a_cnn_s_frames_are_what_it_aggregates(aggregation):
    encoder = singer_cnn(aggregation=aggregation, frames=16)
    front_end = EncoderLayers(encoder, frozen=True)
    wavs = torch.randn(2, 15 * 512)
    layers = front_end(wavs)
    assert layers.shape == (2, 4, front_end.layers, front_end.width)
    assert layers.shape[2:] == (1, 3 * 4)
    network = encoder.encoder
    embeddings = network.dense(network.aggregate(layers[:, :, 0]))
    torch.testing.assert_close(embeddings, encoder(wavs))


def middle(front_end, samples, frame):
    """Of what a frame sees, in seconds: what its gradient reaches."""
    hop = front_end.encoder.features.hop_length
    spectrogram = torch.rand(1, 16, 1 + samples // hop, requires_grad=True)
    vectors = front_end.encoder.encoder.frame_vectors(spectrogram)
    vectors[0, frame].square().sum().backward()
    seen = spectrogram.grad[0].abs().sum(dim=0).nonzero()
    seen = seen[[0, -1]].double().mean().item()
    return seen * hop / front_end.sample_rate


@pytest.mark.parametrize("channels", [[3], [3] * 3])
def test_the_middle_of_a_cnn_s_frame(channels):
    front_end = EncoderLayers(singer_cnn(channels=channels), frozen=True)
    for frame in (16, 17):
        said = front_end.first_frame + frame / front_end.frame_rate
        measured = middle(front_end, 160 * 512, frame)
        hop = 512 / 22050  # of a pool only one of two has the gradient
        assert abs(measured - said) < 2 * hop


def test_the_middle_of_an_efficientnet_s_frame():
    """All but its squeezing, which looks at the whole clip."""
    encoder = efficientnet()
    for module in encoder.modules():
        if type(module).__name__ == "SqueezeExcitation":
            module.forward = lambda images: images
    front_end = EncoderLayers(encoder, frozen=True)
    measured = middle(front_end, 1000 * 512, 15)
    said = front_end.first_frame + 15 / front_end.frame_rate
    assert abs(measured - said) < 512 / 44100


@pytest.mark.parametrize("build", [efficientnet, singer_cnn])
def test_the_shortest_clip(build):
    front_end = EncoderLayers(build(), frozen=True)
    layers = front_end(torch.randn(1, front_end.min_samples))
    assert layers.shape[1] == 1


@pytest.mark.parametrize(
    ("build", "after"),
    [
        (efficientnet, ["net.classifier"]),
        (singer_cnn, ["aggregate", "dense", "output"]),
    ],
)
def test_what_comes_after_is_not_trained(build, after):
    front_end = EncoderLayers(build())
    assert front_end.training
    front_end(torch.randn(2, 40 * 512)).square().sum().backward()
    for name, parameter in front_end.encoder.encoder.named_parameters():
        unused = name.startswith(tuple(after))
        assert (parameter.grad is None) == unused
        assert parameter.requires_grad != unused
    front_end.freeze().train()
    assert not any(module.training for module in front_end.modules())
    assert not any(p.requires_grad for p in front_end.parameters())


def test_a_network_without_frame_vectors():
    encoder = WaveformEncoder(LogMel(), torch.nn.Flatten())
    with pytest.raises(ValueError, match="Flatten has no frame vectors"):
        EncoderLayers(encoder)
