import copy

import pytest
import torch
from speechbrain.utils.checkpoints import Checkpointer
from wav2vec2_folders import save_model

from speechbrain_singer.lobes.adapters import KINDS, adapted, whole_state
from speechbrain_singer.lobes.front_ends import FrontEnd
from speechbrain_singer.lobes.layered import LayeredFrontEnd
from speechbrain_singer.lobes.muq_layers import MuQLayers

EACH = pytest.mark.parametrize("kind", KINDS)
# Rank 3, width 32, feed-forward 48, two layers
SIZES = {"lora": 2 * 2 * 3 * (32 + 32), "bottleneck": 2 * (2 * 3 * 32 + 3 + 32)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    found = {}
    for name in ("wavlm", "hubert"):
        found[name] = tmp_path_factory.mktemp(name)
        # Of a frozen base dropout has to be off
        save_model(found[name], name, hidden_dropout=0.5, layerdrop=0.5)
    return found


def build(folder, kind):
    return adapted(FrontEnd.load(folder), kind, rank=3)


def moved(front_end):
    """With adapters as after some training."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in front_end.parameters():
            if parameter.requires_grad:
                noise = torch.randn(parameter.shape, generator=generator)
                parameter += 0.3 * noise
    return front_end


@EACH
@pytest.mark.parametrize("name", ["wavlm", "hubert"])
def test_unchanged_at_the_start_and_only_adapters_train(folders, name, kind):
    plain = FrontEnd.load(folders[name], frozen=True)
    front_end = build(folders[name], kind)
    wavs = torch.randn(2, 2000)
    front_end.train()
    layers = front_end(wavs)
    assert layers.shape == (2, 6, front_end.layers, front_end.width)
    assert torch.allclose(layers, plain(wavs), atol=1e-5)

    trained = [p for p in front_end.parameters() if p.requires_grad]
    assert sum(p.numel() for p in trained) == SIZES[kind]
    layers = moved(front_end)(wavs)
    first = plain(wavs)[:, :, 0]
    assert torch.allclose(layers[:, :, 0], first, atol=1e-5)
    for layer in (1, 2):
        assert (layers - plain(wavs))[:, :, layer].abs().max() > 1e-3
    layers.square().sum().backward()
    for parameter in front_end.parameters():
        reached = parameter.grad is not None and parameter.grad.abs().max() > 0
        assert reached == parameter.requires_grad


def test_lora_by_hand(folders):
    """A HuBERT whose weights are W + B A, without any adapter."""
    front_end = moved(build(folders["hubert"], "lora"))
    plain = FrontEnd.load(folders["hubert"], frozen=True)
    by_name = dict(front_end.front_end.named_modules())
    with torch.no_grad():
        for name, linear in plain.named_modules():
            if name.endswith(("q_proj", "v_proj")):
                product = by_name[name].parametrizations.weight[0]
                linear.weight += product.up @ product.down
    wavs = torch.randn(1, 2000)
    torch.testing.assert_close(front_end(wavs), plain(wavs))


def test_a_bottleneck_by_hand(folders):
    front_end = moved(build(folders["hubert"], "bottleneck"))
    layer = front_end.front_end.model.encoder.layers[0]
    adapter = layer.feed_forward.output_dense
    hidden = torch.randn(1, 4, 48)
    given = adapter.pretrained_linear(hidden)
    down = given @ adapter.adapter_down_proj.weight.T
    down = torch.nn.functional.silu(down + adapter.adapter_down_proj.bias)
    up = down @ adapter.adapter_up_proj.weight.T + adapter.adapter_up_proj.bias
    torch.testing.assert_close(adapter(hidden), given + up)


@EACH
def test_the_base_is_frozen_whatever_is_called(folders, kind):
    front_end = build(folders["wavlm"], kind)
    torch.nn.Sequential(front_end).train()
    assert front_end.training and not front_end.frozen
    assert not any(m.training for m in front_end.front_end.modules())
    wavs = torch.randn(1, 2000)
    assert torch.equal(front_end(wavs), front_end(wavs))
    front_end.freeze().train()
    assert not any(m.training for m in front_end.modules())
    assert not front_end(wavs).requires_grad
    front_end.unfreeze()
    trained = [p for p in front_end.parameters() if p.requires_grad]
    assert sum(p.numel() for p in trained) == SIZES[kind]


@EACH
def test_checkpoints_have_the_adapters_alone(folders, kind, tmp_path):
    front_end = moved(build(folders["wavlm"], kind))
    model = torch.nn.ModuleDict({"front_end": front_end})
    state = model.state_dict()
    assert sum(value.numel() for value in state.values()) == SIZES[kind]
    Checkpointer(tmp_path, {"model": model}).save_checkpoint()

    other = build(folders["wavlm"], kind)
    wavs = torch.randn(1, 2000)
    assert not torch.allclose(other(wavs), front_end(wavs))
    loaded = torch.nn.ModuleDict({"front_end": other})
    Checkpointer(tmp_path, {"model": loaded}).recover_if_possible()
    assert torch.equal(other(wavs), front_end(wavs))
    state.popitem()
    with pytest.raises(RuntimeError, match="Missing key"):
        model.load_state_dict(state)
    assert front_end.unfreeze() is front_end
    assert (
        sum(v.numel() for v in front_end.state_dict().values()) == SIZES[kind]
    )


@EACH
def test_the_whole_state_has_the_base_too(folders, kind):
    front_end = moved(build(folders["wavlm"], kind))
    model = torch.nn.ModuleDict({"front_end": front_end})
    state = whole_state(model)
    every = {name for name, _ in model.named_parameters()}
    assert set(state) == every > set(model.state_dict())
    assert set(whole_state(front_end)) == {n.split(".", 1)[1] for n in every}
    base = FrontEnd(FrontEnd.load(folders["wavlm"]).config, normalise=False)
    other = adapted(base, kind, rank=3)
    torch.nn.ModuleDict({"front_end": other}).load_state_dict(state)
    wavs = torch.randn(1, 2000)
    assert torch.equal(other(wavs), front_end(wavs))


def test_no_adapter(folders):
    front_end = FrontEnd.load(folders["wavlm"])
    assert adapted(front_end) is front_end
    assert not front_end.frozen


@EACH
def test_a_copy_is_trained_alone(folders, kind):
    front_end = build(folders["wavlm"], kind)
    wavs = torch.randn(1, 2000)
    before = front_end(wavs)
    twin = moved(copy.deepcopy(front_end))
    assert not torch.allclose(twin(wavs), before)
    assert torch.equal(front_end(wavs), before)


@EACH
def test_muq(tmp_path, kind):
    pytest.importorskip("muq_folders").save_muq(tmp_path)
    plain = MuQLayers.load(tmp_path, frozen=True)
    front_end = adapted(MuQLayers.load(tmp_path), kind, rank=3)
    wavs = torch.randn(1, 4000)
    assert torch.equal(front_end(wavs), plain(wavs))
    moved(front_end)(wavs).square().sum().backward()
    trained = [p for p in front_end.parameters() if p.grad is not None]
    assert sum(p.numel() for p in trained) == SIZES[kind]
    assert all(p.requires_grad for p in trained)


def test_what_cannot_be_adapted(folders):
    front_end = FrontEnd.load(folders["wavlm"])
    with pytest.raises(
        ValueError, match="adapter: 'prefix': must be one of lora"
    ):
        adapted(front_end, "prefix")
    for kind in KINDS:
        for rank in (0, 33):  # its layers have a width of 32
            with pytest.raises(ValueError, match=r"rank .* 1 at least and 32"):
                adapted(front_end, kind, rank)
    with pytest.raises(ValueError, match="has adapters already"):
        adapted(adapted(FrontEnd.load(folders["hubert"]), "lora", 3), "lora")
    with pytest.raises(ValueError, match="has no transformer to adapt"):
        adapted(LayeredFrontEnd(), "lora")
