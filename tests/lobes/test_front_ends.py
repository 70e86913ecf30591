import copy

import pytest
import torch
from wav2vec2_folders import (
    MODELS,
    SMALL,
    by_transformers,
    save_model,
    transformers,
)

from speechbrain_singer.lobes import front_ends
from speechbrain_singer.lobes.front_ends import FRONT_ENDS, FrontEnd

ALL = pytest.mark.parametrize("name", MODELS)
# Of those that are the same network, HuBERT, one
NETWORKS = pytest.mark.parametrize(
    "name", [name for name in MODELS if not name.startswith("mert")]
)


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Builds a small front end; settings are those of its config.json."""
    built = {}

    def build(name="wavlm", settings=(), **options):
        key = name, *dict(settings).items(), *options.items()
        if key not in built:
            folder = tmp_path_factory.mktemp(name)
            save_model(folder, name, **dict(settings))
            built[key] = FrontEnd.load(folder, **options)
        return copy.deepcopy(built[key])

    return build


@pytest.fixture(scope="module")
def varied(build):
    """As `build`, of the same weights, without a folder of its own."""

    def varied(name="wavlm", settings=(), **options):
        base = build(name)
        twin = FrontEnd(
            {**base.config, **dict(settings)},
            *(base.sample_rate, base.normalise),
            **options,
        )
        twin.load_state_dict(base.state_dict())
        return twin

    return varied


def trained(front_end):
    """Names of the parameters that a sum of all layers gives a gradient."""
    front_end(torch.randn(2, 4000)).square().sum().backward()
    return {
        name
        for name, parameter in front_end.named_parameters()
        if parameter.grad is not None
    }


def of_convolutions(names):
    return {name for name in names if name.startswith("model.feature_extr")}


@ALL
def test_equals_transformers(name, tmp_path):
    model = save_model(tmp_path, name)
    front_end = FrontEnd.load(tmp_path).eval()
    wavs = 0.1 * torch.randn(2, 8000) + 0.02
    layers = front_end(wavs)
    assert layers.shape == (2, 24, front_end.layers, front_end.width)
    assert (front_end.layers, front_end.width) == (3, 32)
    for row, wav in enumerate(wavs):
        expected = by_transformers(tmp_path, model, wav)
        torch.testing.assert_close(layers[row], expected, atol=1e-5, rtol=1e-5)


@ALL
def test_the_first_layer_is_the_transformer_s_input(name, build):
    front_end = build(name).eval()
    inputs = {}
    encoder = front_end.model.encoder
    encoder.layers[0].register_forward_pre_hook(
        lambda module, args: inputs.setdefault("first", args[0])
    )
    layers = front_end(torch.randn(1, 4000))
    assert torch.equal(layers[:, :, 0], inputs["first"])


@ALL
def test_facts(name, build):
    front_end = build(name)
    is_faster = name == "mert-v1"
    assert front_end.sample_rate == (24000 if is_faster else 16000)
    assert front_end.frame_rate == (75 if is_faster else 50)
    assert front_end.first_frame == 200 / front_end.sample_rate
    assert front_end.min_samples == 400
    assert front_end.normalise == (name != "wavlm")
    assert front_end(torch.randn(1, 400)).shape[1] == 1
    for samples, frames in ((719, 1), (720, 2), (16000, 49)):
        assert front_end(torch.randn(1, samples)).shape[1] == frames


@ALL
def test_all_is_trained_but_the_convolutions(name, build):
    front_end = build(name)
    every = {name for name, _ in front_end.named_parameters()}
    wanted = every - of_convolutions(every) - {"model.masked_spec_embed"}
    if name == "xlsr-53":  # behind the last hidden layer
        wanted -= {f"model.encoder.layer_norm.{p}" for p in ("weight", "bias")}
    assert of_convolutions(every)
    assert trained(front_end) == wanted
    asked = {n for n, p in front_end.named_parameters() if p.requires_grad}
    assert asked == wanted


def test_no_gradient_is_computed_up_to_the_waveform(build):
    front_end = build()
    wavs = torch.randn(1, 4000)
    front_end(wavs).sum().backward()
    assert not wavs.requires_grad and wavs.grad is None


@NETWORKS
def test_the_convolutions_too_where_that_is_asked_for(name, varied):
    front_end = varied(name, train_convolutions=True)
    names = {n for n, _ in front_end.named_parameters()}
    assert of_convolutions(trained(front_end)) == of_convolutions(names)


@NETWORKS
def test_a_frozen_one_stays_as_it_is(name, build):
    settings = {"layerdrop": 0.9, "hidden_dropout": 0.5}
    front_end = build(name, settings, frozen=True)
    model = torch.nn.Sequential(front_end, torch.nn.Dropout())
    model.train()  # as Brain.fit does
    assert model.training
    assert not any(module.training for module in front_end.modules())
    assert not any(p.requires_grad for p in front_end.parameters())
    wavs = torch.randn(1, 4000)
    assert torch.equal(front_end(wavs), front_end(wavs))
    assert not front_end(wavs).requires_grad


def test_frozen_first_and_trained_later(build):
    front_end = build(frozen=True)
    front_end.unfreeze().train()
    assert front_end.training
    assert front_end.model.encoder.training
    assert not front_end.model.feature_extractor.training
    names = trained(front_end)
    assert names and not of_convolutions(names)
    front_end.freeze().train()
    assert not front_end.training
    assert not any(p.requires_grad for p in front_end.parameters())


def test_dropout_is_on_in_training_and_off_else(varied):
    front_end = varied(settings={"hidden_dropout": 0.5})
    wavs = torch.randn(1, 4000)
    assert not torch.equal(front_end(wavs), front_end(wavs))
    front_end.eval()
    assert torch.equal(front_end(wavs), front_end(wavs))


@NETWORKS
def test_no_layer_is_dropped(name, build):
    front_end = build(name, {"layerdrop": 0.99, "num_hidden_layers": 5})
    assert front_end.layers == 6
    assert front_end.training
    for _ in range(3):
        assert front_end(torch.randn(1, 1000)).shape == (1, 2, 6, 32)


@NETWORKS
def test_frames_are_masked_only_where_that_is_asked_for(name, varied):
    settings = {
        **{"mask_time_prob": 0.5, "mask_time_length": 2},
        **{"hidden_dropout": 0, "attention_dropout": 0},
        **{"activation_dropout": 0, "feat_proj_dropout": 0},
    }
    wavs = torch.randn(1, 4000)
    front_end = varied(name, settings)
    assert torch.equal(front_end(wavs), front_end(wavs))
    masked = varied(name, settings, spec_augment=True)
    assert not torch.allclose(masked(wavs), front_end(wavs), atol=1e-3)
    assert "model.masked_spec_embed" in trained(masked)
    masked.eval()
    assert torch.equal(masked(wavs), masked(wavs))


def test_a_network_without_a_mask(build):
    settings = {"mask_time_prob": 0.0, "mask_feature_prob": 0.0}
    assert trained(build("hubert", settings))


def test_a_copy_is_trained_alone(build):
    front_end = build()
    twin = copy.deepcopy(front_end)
    trained(twin)
    assert all(p.grad is None for p in front_end.parameters())


@NETWORKS
def test_built_of_its_settings_it_is_the_same_network(name, build):
    front_end = build(name).eval()
    twin = FrontEnd(
        front_end.config, front_end.sample_rate, front_end.normalise
    )
    wavs = torch.randn(1, 2000)
    assert not torch.allclose(twin.eval()(wavs), front_end(wavs), atol=1e-3)
    twin.load_state_dict(front_end.state_dict())
    assert torch.equal(twin(wavs), front_end(wavs))
    for name in ("layers", "width", "min_samples", "frame_rate", "first_frame"):
        assert getattr(twin, name) == getattr(front_end, name)


def test_a_network_of_another_kind(tmp_path):
    save_model(tmp_path, "wavlm")
    config = transformers.UniSpeechConfig(**SMALL)
    transformers.UniSpeechModel(config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="model_type: 'unispeech': must be"):
        FrontEnd.load(tmp_path)


def test_a_folder_that_asks_for_masks(build):
    """As the published ones do; what is asked for here counts."""
    settings = {"apply_spec_augment": True, "mask_time_prob": 0.5}
    assert not build("hubert", settings).model.config.apply_spec_augment
    front_end = build("hubert", settings, spec_augment=True)
    assert front_end.model.config.apply_spec_augment
    assert front_end.config["mask_time_prob"] == 0.5


def test_names_stand_for_repositories(monkeypatch):
    asked = []

    def load(source, **_):
        asked.append(source)
        raise OSError("no network")

    monkeypatch.setattr(front_ends, "load_wav2vec2", load)
    for name in (*FRONT_ENDS, "someone/other"):
        with pytest.raises(OSError, match="no network"):
            FrontEnd.load(name)
    assert asked == [*FRONT_ENDS.values(), "someone/other"]
    assert set(FRONT_ENDS) == set(MODELS)
