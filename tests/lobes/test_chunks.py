import copy

import pytest
import torch

from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.uniformity_alignment import (
    UniformityAlignmentLoss,
)
from speechbrain_singer.objectives.vicreg import VICRegLoss

RATE = 8000


def network(norm):
    """Eight numbers to four, in double precision."""
    torch.manual_seed(0)
    layers = [torch.nn.Linear(8, 16), norm(16), torch.nn.Tanh()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(16, 4)).double()


def gradients(module, loss):
    module.zero_grad()
    loss.backward()
    return [p.grad.clone() for p in module.parameters()]


@pytest.mark.parametrize(
    "objective", [ContrastiveLoss(), UniformityAlignmentLoss(), VICRegLoss()]
)
@pytest.mark.parametrize("size", [2, 5, 20])
def test_gradients_are_those_of_the_whole_batch(objective, size):
    module = network(torch.nn.LayerNorm)
    batch = torch.randn(20, 8, dtype=torch.float64)
    whole = objective(*module(batch).chunk(2))
    expected = gradients(module, whole)
    parted = objective(*in_chunks(module, module, batch, size).chunk(2))
    assert parted.item() == pytest.approx(whole.item(), rel=1e-12)
    for one, other in zip(gradients(module, parted), expected, strict=True):
        assert torch.allclose(one, other, rtol=1e-10, atol=1e-12)


def test_running_statistics_move_once_and_stay_what_they_would_be():
    module = network(torch.nn.BatchNorm1d)
    plain = copy.deepcopy(module)
    batch = torch.randn(20, 8, dtype=torch.float64)
    expected = gradients(
        plain, torch.cat([plain(part) for part in batch.chunk(4)]).sum()
    )
    measured = gradients(module, in_chunks(module, module, batch, 5).sum())
    for one, other in zip(measured, expected, strict=True):
        assert torch.allclose(one, other)
    buffers = dict(module.named_buffers())
    torch.testing.assert_close(buffers, dict(plain.named_buffers()))
    assert module[1].momentum == 0.1


def test_dropout_is_the_same_both_times():
    dropout = torch.nn.Dropout()
    batch = torch.ones(6, 50, requires_grad=True)
    outputs = in_chunks(dropout, dropout, batch, 2)
    outputs.sum().backward()
    # Of what was kept, doubled, and of nothing else
    assert torch.equal(batch.grad, outputs.detach())
    assert 0 < (outputs == 0).float().mean() < 1


def test_no_more_than_a_chunk_is_encoded_at_once():
    sizes = []
    module = torch.nn.Linear(3, 2)
    module.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    outputs = in_chunks(module, module, torch.ones(11, 3), 5)
    outputs.sum().backward()
    assert sizes == [4, 4, 3, *sizes[3:]]
    assert sorted(sizes[3:]) == [3, 4, 4]  # computed again
    with torch.no_grad():
        in_chunks(module, module, torch.ones(11, 3), 5)
    assert len(sizes) == 9


def test_activations_are_not_held():
    """Autograd keeps the batch alone until a chunk is computed again."""

    def held(encode):
        kept = []
        hooks = (lambda x: kept.append(x.numel()) or x, lambda x: x)
        with torch.autograd.graph.saved_tensors_hooks(*hooks):
            encode(batch)
        return sum(kept)

    module = network(torch.nn.LayerNorm)
    batch = torch.randn(64, 8, dtype=torch.float64)
    assert held(lambda x: in_chunks(module, module, x, 8)) <= batch.numel()
    assert held(module) > 4 * batch.numel()


def test_the_encoder_takes_large_batches_in_chunks():
    torch.manual_seed(0)
    features = LogMel(RATE, n_fft=256, hop_length=128, n_mels=32)
    net = EfficientNet(dropout=0.0, stochastic_depth=0.0)
    whole = WaveformEncoder(features, net).eval()
    chunked = WaveformEncoder(features, net, chunk_size=2).eval()
    wavs = torch.randn(5, 2000)
    embeddings = chunked(wavs)
    assert torch.allclose(embeddings, whole(wavs), atol=1e-5)
    embeddings.square().sum().backward()
    measured = net.net.features[0][0].weight.grad.clone()
    net.zero_grad()
    whole(wavs).square().sum().backward()
    expected = net.net.features[0][0].weight.grad
    assert torch.allclose(measured, expected, rtol=1e-3, atol=1e-5)
    assert chunked.state_dict().keys() == whole.state_dict().keys()


def test_a_chunk_of_one_clip_is_refused():
    with pytest.raises(ValueError, match="chunk_size is 1"):
        WaveformEncoder(LogMel(), EfficientNet(), chunk_size=1)


def test_calibration_is_of_all_chunks():
    """With chunks of equal size, the mean of their statistics."""
    norm = torch.nn.BatchNorm1d(3)
    batch = torch.randn(12, 3) + torch.arange(12.0).unsqueeze(1)

    class Chunked(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = norm

        def forward(self, x):
            return in_chunks(norm, norm, x, 4)

    calibrate_batch_norm(Chunked(), batch)
    assert torch.allclose(norm.running_mean, batch.mean(dim=0))
    variances = batch.unflatten(0, (3, 4)).var(dim=1).mean(dim=0)
    assert torch.allclose(norm.running_var, variances)
    assert norm.momentum == 0.1
