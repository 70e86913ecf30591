import pytest
import torch
from wav2vec2_folders import MODELS, by_transformers, save_model

from speechbrain_singer.baselines import frozen
from speechbrain_singer.baselines.layer_means import LayerMeans
from speechbrain_singer.dataio.audio import AudioError

ALL = pytest.mark.parametrize("name", MODELS)


@ALL
@pytest.mark.parametrize("level", [1.0, 0.001])
def test_equals_transformers_whatever_the_padding(name, level, tmp_path):
    model = save_model(tmp_path, name)
    encoder = LayerMeans(tmp_path)
    wavs = level * torch.randn(3, 8000)
    embeddings = encoder.encode_batch(wavs, torch.tensor([1.0, 0.5, 0.75]))
    assert embeddings.shape == (3, 1, encoder.dimension) == (3, 1, 96)
    for row, samples in enumerate([8000, 4000, 6000]):
        expected = by_transformers(tmp_path, model, wavs[row, :samples])
        means = expected.mean(dim=0).flatten()
        assert torch.allclose(embeddings[row, 0], means, atol=1e-5)


@ALL
def test_one_layer(name, tmp_path):
    model = save_model(tmp_path, name)
    wavs = torch.randn(1, 8000)
    expected = by_transformers(tmp_path, model, wavs[0]).mean(dim=0)
    for layer in range(3):
        encoder = LayerMeans(tmp_path, layer=layer)
        measured = encoder.encode_batch(wavs)[0, 0]
        assert encoder.dimension == 32
        assert torch.allclose(measured, expected[layer], atol=1e-5)


def test_no_such_layer(tmp_path):
    save_model(tmp_path, "wavlm")
    with pytest.raises(ValueError, match=r"no layer 3 in .*0 to 2, or 'all'"):
        LayerMeans(tmp_path, layer=3)


@ALL
def test_frozen_and_repeatable(name, tmp_path):
    save_model(tmp_path, name)
    encoder = LayerMeans(tmp_path)
    wavs = torch.randn(1, 4000)
    assert torch.equal(encoder.encode_batch(wavs), encoder.encode_batch(wavs))
    assert not any(p.requires_grad for p in encoder.parameters())
    assert not any(module.training for module in encoder.modules())


@ALL
def test_shortest_clip(name, tmp_path):
    save_model(tmp_path, name)
    encoder = LayerMeans(tmp_path)
    assert encoder.min_samples == 400
    assert encoder.encode_batch(torch.randn(1, 400)).isfinite().all()
    with pytest.raises(AudioError, match="too short"):
        encoder.encode_batch(torch.randn(1, 399))


def test_long_recordings_in_windows(tmp_path, monkeypatch):
    """Normalised as a whole; the mean over the frames of all windows."""
    model = save_model(tmp_path, "wav2vec2")
    encoder = LayerMeans(tmp_path, layer=2)
    monkeypatch.setattr(frozen, "WINDOW_SECONDS", 1)
    wav = torch.randn(36000).cumsum(dim=0)
    wav = wav / wav.abs().max()
    whole = (wav - wav.mean()) / wav.std(correction=0)
    with torch.no_grad():
        windows = [model(w[None]).last_hidden_state for w in whole.split(12000)]
    expected = torch.cat(windows, dim=1)[0].mean(dim=0)
    measured = encoder.encode_batch(wav[None])[0, 0]
    assert torch.allclose(measured, expected, atol=1e-4)


def test_sampling_rate_of_the_feature_extractor(tmp_path):
    save_model(tmp_path, "mert", sample_rate=24000)
    assert LayerMeans(tmp_path).sample_rate == 24000


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@ALL
def test_runs_where_its_parameters_are(name, tmp_path):
    save_model(tmp_path, name)
    encoder = LayerMeans(tmp_path)
    wavs = torch.randn(2, 16000)
    expected = encoder.encode_batch(wavs)
    measured = encoder.to("cuda").encode_batch(wavs)
    assert measured.is_cuda
    assert torch.allclose(measured.cpu(), expected, atol=1e-2)
