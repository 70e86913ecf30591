import torch
from torchvision import models, transforms

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.published.efficientnet import (
    PublishedEfficientNet,
)


def test_torchvision_s_network_on_three_equal_channels():
    torch.manual_seed(0)
    # In double precision: in single the two round differently, by thread
    spectrograms = torch.rand(4, 128, 50, dtype=torch.float64)
    images = transforms.Normalize(
        mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]
    )(spectrograms.unsqueeze(1).expand(4, 3, 128, 50))
    reference = models.efficientnet_b0().double()
    calibrate_batch_norm(reference, images)
    encoder = PublishedEfficientNet().double()
    encoder.net.load_state_dict(reference.state_dict())
    with torch.no_grad():
        expected = reference.eval()(images)
        measured = encoder.eval()(spectrograms)
    torch.testing.assert_close(measured, expected, atol=1e-6, rtol=0)
    # and the test could fail: the rows differ
    assert (expected[0] - expected[1]).abs().max() > 0.01


def test_the_parameters_are_torchvision_s_alone():
    names = set(PublishedEfficientNet().state_dict())
    expected = models.efficientnet_b0().state_dict()
    assert names == {f"net.{name}" for name in expected}
