import json
import sys

import numpy as np
import pytest
import torch

from speechbrain_singer.baselines import frozen
from speechbrain_singer.baselines.huggingface import (
    MERT,
    XLSR53,
    Music2Vec,
    Wav2Vec2,
    WavLM,
)
from speechbrain_singer.dataio.audio import AudioError

transformers = pytest.importorskip("transformers")

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}

# Network, settings, and whether its feature extractor normalises
MODELS = {
    Wav2Vec2: ("Wav2Vec2", {}, True),
    XLSR53: (
        "Wav2Vec2",
        {
            "feat_extract_norm": "layer",
            "conv_bias": True,
            "do_stable_layer_norm": True,
        },
        True,
    ),
    WavLM: ("WavLM", {}, False),
    MERT: ("Hubert", {}, True),
    Music2Vec: ("Data2VecAudio", {"conv_pos_kernel_size": 7}, True),
}

ALL = pytest.mark.parametrize("cls", MODELS)


@pytest.fixture
def save(tmp_path):
    """Writes a small model with random values: its folder and the model."""

    def save(cls, sample_rate=16000):
        torch.manual_seed(0)
        name, settings, normalise = MODELS[cls]
        config = getattr(transformers, f"{name}Config")(**SMALL, **settings)
        model = getattr(transformers, f"{name}Model")(config).eval()
        for parameter in model.parameters():
            if parameter.ndim == 1:  # biases, or quiet audio is but scaled
                torch.nn.init.normal_(parameter, mean=0.5, std=0.3)
        model.save_pretrained(tmp_path)
        transformers.Wav2Vec2FeatureExtractor(
            sampling_rate=sample_rate, do_normalize=normalise
        ).save_pretrained(tmp_path)
        return tmp_path, model

    return save


@torch.no_grad()
def by_transformers(folder, model, wav):
    """All hidden layers' means over time, [layers, width]."""
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)
    inputs = extractor(
        np.asarray(wav),
        sampling_rate=extractor.sampling_rate,
        return_tensors="pt",
    )
    outputs = model(inputs.input_values, output_hidden_states=True)
    return torch.cat(outputs.hidden_states).mean(dim=1)


def edit(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@ALL
@pytest.mark.parametrize("level", [1.0, 0.001])
def test_equals_transformers_whatever_the_padding(cls, level, save):
    folder, model = save(cls)
    encoder = cls(folder)
    wavs = level * torch.randn(3, 8000)
    embeddings = encoder.encode_batch(wavs, torch.tensor([1.0, 0.5, 0.75]))
    assert embeddings.shape == (3, 1, encoder.dimension) == (3, 1, 96)
    for row, samples in enumerate([8000, 4000, 6000]):
        expected = by_transformers(folder, model, wavs[row, :samples])
        assert torch.allclose(embeddings[row, 0], expected.flatten(), atol=1e-5)


@ALL
def test_one_layer(cls, save):
    folder, model = save(cls)
    wavs = torch.randn(1, 8000)
    expected = by_transformers(folder, model, wavs[0])
    for layer in range(3):
        encoder = cls(folder, layer=layer)
        measured = encoder.encode_batch(wavs)[0, 0]
        assert encoder.dimension == 32
        assert torch.allclose(measured, expected[layer], atol=1e-5)


def test_no_such_layer(save):
    with pytest.raises(ValueError, match=r"no layer 3 in .*0 to 2, or 'all'"):
        WavLM(save(WavLM)[0], layer=3)


@ALL
def test_frozen_and_repeatable(cls, save):
    encoder = cls(save(cls)[0])
    wavs = torch.randn(1, 4000)
    assert torch.equal(encoder.encode_batch(wavs), encoder.encode_batch(wavs))
    assert not any(p.requires_grad for p in encoder.parameters())
    assert not any(module.training for module in encoder.modules())


@ALL
def test_shortest_clip(cls, save):
    encoder = cls(save(cls)[0])
    assert encoder.min_samples == 400
    assert encoder.encode_batch(torch.randn(1, 400)).isfinite().all()
    with pytest.raises(AudioError, match="too short"):
        encoder.encode_batch(torch.randn(1, 399))


def test_long_recordings_in_pieces(save, monkeypatch):
    """Normalised as a whole; the mean over the frames of all pieces."""
    folder, model = save(Wav2Vec2)
    encoder = Wav2Vec2(folder, layer=2)
    monkeypatch.setattr(frozen, "PIECE_SECONDS", 1)
    wav = torch.randn(36000).cumsum(dim=0)
    wav = wav / wav.abs().max()
    whole = (wav - wav.mean()) / wav.std(correction=0)
    with torch.no_grad():
        pieces = [model(p[None]).last_hidden_state for p in whole.split(12000)]
    expected = torch.cat(pieces, dim=1)[0].mean(dim=0)
    measured = encoder.encode_batch(wav[None])[0, 0]
    assert torch.allclose(measured, expected, atol=1e-4)


def test_sampling_rate_of_the_feature_extractor(save):
    assert MERT(save(MERT, sample_rate=24000)[0]).sample_rate == 24000


def test_mert_without_its_own_code(save):
    folder, model = save(MERT)
    wav = torch.randn(4000)
    expected = by_transformers(folder, model, wav)
    edit(
        folder / "config.json",
        model_type="mert_model",
        architectures=["MERTModel"],
        auto_map={
            "AutoConfig": "configuration_MERT.MERTConfig",
            "AutoModel": "modeling_MERT.MERTModel",
        },
        feature_extractor_cqt=False,
        deepnorm=False,
        attention_relax=-1.0,
    )
    for name in ("configuration_MERT", "modeling_MERT"):
        (folder / f"{name}.py").write_text("raise RuntimeError('run')")
    measured = MERT(folder).encode_batch(wav[None])[0, 0]
    assert torch.allclose(measured, expected.flatten(), atol=1e-5)


def test_a_mert_that_is_no_hubert(save):
    folder, _ = save(MERT)
    edit(folder / "config.json", model_type="mert_model", deepnorm=True)
    with pytest.raises(ValueError, match=r"config.json: a MERT with deepnorm"):
        MERT(folder)


def test_music2vec_as_it_is_published(save):
    """Its settings hold a path where a number belongs."""
    folder, model = save(Music2Vec)
    wav = torch.randn(4000)
    expected = by_transformers(folder, model, wav)
    edit(folder / "config.json", vocab_size="/home/someone/dict.txt")
    measured = Music2Vec(folder).encode_batch(wav[None])[0, 0]
    assert torch.allclose(measured, expected.flatten(), atol=1e-5)


def test_checkpoints_of_long_ago(save):
    """Pickled, under a head, the weight norm's parameters named otherwise."""
    folder, model = save(XLSR53)
    renamed = {
        f"wav2vec2.{name}".replace(
            "parametrizations.weight.original0", "weight_g"
        ).replace("parametrizations.weight.original1", "weight_v"): value
        for name, value in model.state_dict().items()
        if name != "masked_spec_embed"
    }
    assert sum(name.endswith(("_g", "_v")) for name in renamed) == 2
    renamed["quantizer.codevectors"] = torch.zeros(3)
    (folder / "model.safetensors").unlink()
    torch.save(renamed, folder / "pytorch_model.bin")
    wav = torch.randn(4000)
    expected = by_transformers(folder, model, wav)
    measured = XLSR53(folder).encode_batch(wav[None])[0, 0]
    assert torch.allclose(measured, expected.flatten(), atol=1e-5)


def test_half_precision_is_not_computed_in(save):
    folder, model = save(WavLM)
    model.half().save_pretrained(folder)
    encoder = WavLM(folder)
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}


def test_incomplete_checkpoint(save):
    folder, model = save(WavLM)
    parameters = model.state_dict()
    del parameters["encoder.layers.1.attention.k_proj.weight"]
    model.save_pretrained(folder, state_dict=parameters)
    with pytest.raises(ValueError, match=r"lacks 1 .*k_proj.weight"):
        WavLM(folder)


def test_folder_without_a_model(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no config.json"):
        WavLM(tmp_path)


def test_transformers_is_missing(monkeypatch):
    """That is said before anything is fetched."""
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"install speechbrain_singer\[base"):
        WavLM()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@ALL
def test_runs_where_its_parameters_are(cls, save):
    encoder = cls(save(cls)[0])
    wavs = torch.randn(2, 16000)
    expected = encoder.encode_batch(wavs)
    measured = encoder.to("cuda").encode_batch(wavs)
    assert measured.is_cuda
    assert torch.allclose(measured.cpu(), expected, atol=1e-2)
