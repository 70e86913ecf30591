import pytest
import torch

from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.layer_pooling import LayerFrames, LayerPooling

LAYERS = torch.randn(5, 7, 3, 4, generator=torch.Generator().manual_seed(0))


def with_weights(encoder):
    """Weights of the layers: 1/6, 2/6, 3/6."""
    with torch.no_grad():
        encoder.layer_weights.scalars.copy_(torch.tensor([1.0, 2.0, 3.0]).log())
    return encoder


SUMMED = (LAYERS[:, :, 0] + 2 * LAYERS[:, :, 1] + 3 * LAYERS[:, :, 2]) / 6


def test_linear_for_each_frame_then_the_mean():
    encoder = with_weights(LayerPooling(3, 4, projected=True))
    frames = SUMMED @ encoder.linear.weight.T + encoder.linear.bias
    torch.testing.assert_close(encoder(LAYERS), frames.sum(dim=1) / 7)


def test_the_mean_of_the_frames():
    encoder = with_weights(LayerPooling(3, 4))
    torch.testing.assert_close(encoder(LAYERS), SUMMED.sum(dim=1) / 7)
    assert encoder.embedding_dim == 4


@pytest.mark.parametrize("projected", [False, True])
def test_a_mean_over_the_frames_before_it_changes_nothing(projected):
    encoder = with_weights(LayerPooling(3, 4, projected))
    assert encoder.pools_frames
    means = LAYERS.mean(dim=1, keepdim=True)
    torch.testing.assert_close(encoder(means), encoder(LAYERS))


def test_all_frames():
    encoder = with_weights(LayerFrames(3, 4))
    torch.testing.assert_close(encoder(LAYERS), SUMMED)
    assert (encoder.embedding_dim, encoder.pools_frames) == (4, False)


@pytest.mark.parametrize(
    "projected, classes, parameters",
    [(True, "abcdefghijklmnopqrst", 605972), (False, "abcdefghij", 7690)],
)
def test_as_many_parameters_as_published(projected, classes, parameters):
    """Those of the layers' weights, of which there are 13, left out."""
    encoder = LayerPooling(13, 768, projected)
    modules = encoder, ClassifierHead(768, list(classes))
    count = sum(p.numel() for m in modules for p in m.parameters())
    assert count - 13 == parameters


@pytest.mark.parametrize("encoder", [LayerPooling, LayerFrames])
def test_sizes_that_make_no_sense(encoder):
    with pytest.raises(ValueError, match="width of a layer"):
        encoder(13, 0)
    with pytest.raises(ValueError, match="layers"):
        encoder(0, 4)
