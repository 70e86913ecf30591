"""An encoder that nobody trains does without batch normalisation."""

import pytest
import torch
from small_encoders import without_offset

from speechbrain_singer.evaluation.fingerprint import fingerprint
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.voice_resnet import VoiceResNet
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


def network(seed=0):
    torch.manual_seed(seed)
    made = WaveformEncoder(LogMel(n_mels=16), VoiceResNet(16, (4,), (1,), 5))
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.weight.data.uniform_(0.5, 2)
    return made.eval()


def encoder(made=None, **options):
    made = made or network()
    return SingerEncoder(
        *({"encoder": made}, {"window_seconds": 0.5}, {"device": "cpu"}),
        **options,
    )


@pytest.fixture
def wavs(noise):
    return torch.stack([noise(0.5, 1), noise(0.5, 2)])


@pytest.fixture
def calls(monkeypatch):
    """Counts the batch norms of images that are computed."""
    calls, forward = [], torch.nn.BatchNorm2d.forward
    monkeypatch.setattr(
        torch.nn.BatchNorm2d,
        "forward",
        lambda norm, images: calls.append(1) or forward(norm, images),
    )
    return calls


def expected(made, wavs):
    """By the network as it is."""
    with torch.no_grad():
        embeddings = made(without_offset(wavs))
    return torch.nn.functional.normalize(embeddings, dim=1).unsqueeze(1)


def close(embeddings, others):
    return torch.allclose(embeddings, others, atol=1e-4)


def test_a_frozen_encoder_is_folded(wavs, calls):
    made = network()
    frozen = encoder(made)
    before = {name: x.clone() for name, x in frozen.state_dict().items()}
    embeddings = frozen.encode_batch(wavs)
    assert not calls
    thawed = encoder(network(), freeze_params=False)
    torch.testing.assert_close(
        embeddings, thawed.encode_batch(wavs).detach(), rtol=0, atol=2e-6
    )
    assert calls
    assert close(embeddings, expected(made, wavs))
    after = frozen.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], x) for name, x in before.items())
    assert frozen.mods.encoder is made


def test_what_is_trained_is_not_folded(wavs, calls):
    frozen = encoder()
    frozen.encode_batch(wavs)
    torch.nn.ModuleList([frozen]).requires_grad_()
    frozen.encode_batch(wavs)[0, 0, 0].backward()
    assert calls
    assert all(p.grad is not None for p in frozen.mods.parameters())


def load(made):
    made.load_state_dict(network(1).state_dict())


def assign(made):
    made.load_state_dict(network(1).state_dict(), assign=True)
    made.requires_grad_(False)


def exchange(made):
    made.encoder = network(1).requires_grad_(False).encoder


def write(made):
    with torch.no_grad():
        made.encoder.stem[1].running_mean += 0.3


@pytest.mark.parametrize("change", [load, assign, exchange, write])
def test_what_changes_is_folded_anew(change, wavs, calls):
    made = network()
    frozen = encoder(made)
    before = frozen.encode_batch(wavs)
    change(made)
    after = frozen.encode_batch(wavs)
    assert not calls
    assert not close(after, before)
    assert close(after, expected(made, wavs))


def test_it_is_folded_once(wavs, monkeypatch):
    frozen = encoder()
    frozen.encode_batch(wavs)
    monkeypatch.setattr("speechbrain_singer.inference.twin.folded", pytest.fail)
    frozen.train()
    frozen.encode_batch(wavs)


def test_of_inference_mode(wavs, calls):
    with torch.inference_mode():
        made = network()
        frozen = encoder(made)
        embeddings = [frozen.encode_batch(wavs) for _ in range(2)]
    assert not calls
    assert torch.equal(*embeddings)
    assert close(embeddings[0].clone(), expected(made, wavs))


def test_a_fingerprint_stays(wavs):
    frozen = encoder()
    before = fingerprint(frozen)
    frozen.encode_batch(wavs)
    assert fingerprint(frozen) == before
