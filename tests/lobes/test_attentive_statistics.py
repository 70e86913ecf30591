import numpy as np
import torch
from speechbrain.lobes.models.ECAPA_TDNN import AttentiveStatisticsPooling

from speechbrain_singer.lobes.attentive_statistics import (
    AttentiveStatistics,
    weighted_statistics,
)


def test_is_that_of_speechbrain_in_single_precision():
    torch.manual_seed(0)
    ours = AttentiveStatistics(6, attention_channels=4).eval()
    theirs = AttentiveStatisticsPooling(6, attention_channels=4).eval()
    values = ours.state_dict().values()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), values, strict=True)))
    frames = torch.randn(3, 6, 11)
    expected = theirs(frames).squeeze(2)
    assert torch.allclose(ours(frames), expected, atol=1e-5)


def test_statistics_by_hand():
    rng = np.random.default_rng(0)
    frames, scores = rng.normal(size=(2, 2, 3, 7))
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    mean = (weights * frames).sum(-1)
    square = (weights * (frames - mean[..., None]) ** 2).sum(-1)
    expected = np.concatenate([mean, np.sqrt(square)], axis=1)
    found = weighted_statistics(*map(torch.tensor, (frames, scores)))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_weights_of_many_frames_sum_up_in_mixed_precision():
    frames = torch.ones(1, 2, 3000, dtype=torch.bfloat16)
    scores = torch.randn(1, 2, 3000).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        statistics = weighted_statistics(frames, scores)
    assert statistics.dtype == torch.float32
    assert torch.allclose(statistics[0, :2], torch.ones(2), atol=1e-5)


def test_frames_that_are_all_alike_have_a_finite_gradient():
    frames = torch.full((2, 3, 5), 0.5, requires_grad=True)
    AttentiveStatistics(3).eval()(frames).sum().backward()
    assert frames.grad.isfinite().all()
