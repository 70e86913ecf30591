import sys

import pytest
import torch
from muq_folders import save_muq

from speechbrain_singer.lobes.muq_layers import MuQLayers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("muq")
    save_muq(folder)
    return folder


def test_equals_the_package_s_network(folder):
    """Its convolutions, and what transformers' conformer makes of them.

    In between a network of one layer, the first of the two.
    """
    front_end = MuQLayers.load(folder, frozen=True)
    wavs = 0.1 * torch.randn(2, 24000 + 500)
    layers = front_end(wavs)
    assert layers.shape == (2, 26, front_end.layers, front_end.width)
    assert layers.shape[2:] == (3, 32)

    model = save_muq(folder).model
    assert model.preprocessor_melspec_2048.mel_stft.sample_rate == 24000
    with torch.no_grad():
        mel = model.preprocessing(wavs, ["melspec_2048"])["melspec_2048"]
        frames = model.conv((mel - 6.8) / 18.4)
        torch.testing.assert_close(layers[:, :, 0], frames)
        conformer = model.conformer
        conformer.config._attn_implementation = "eager"
        last = conformer(frames).last_hidden_state
        torch.testing.assert_close(layers[:, :, 2], last, atol=1e-5, rtol=1e-5)
        conformer.layers = conformer.layers[:1]
        middle = conformer.layer_norm(layers[:, :, 1])
        expected = conformer(frames).last_hidden_state
        torch.testing.assert_close(middle, expected, atol=1e-5, rtol=1e-5)


def test_facts(folder):
    front_end = MuQLayers.load(folder, frozen=True)
    assert (front_end.sample_rate, front_end.frame_rate) == (24000, 25)
    assert front_end(torch.randn(1, front_end.min_samples)).shape[1] == 1


def test_trained_but_for_the_convolutions(folder):
    front_end = MuQLayers.load(folder)
    assert front_end.training and not front_end.conv.training
    wavs = torch.randn(2, 4000)
    for _ in range(3):  # none is dropped, at a rate of 0.9
        assert front_end(wavs).shape[2] == 3
    front_end(wavs).square().sum().backward()
    for name, parameter in front_end.named_parameters():
        reached = parameter.grad is not None
        assert reached == parameter.requires_grad
        used = name.startswith(("conformer.layers", "conformer.layer_norm"))
        assert reached == used
    front_end.freeze().train()
    assert not any(module.training for module in front_end.modules())
    assert torch.equal(front_end(wavs), front_end(wavs))
    assert not front_end(wavs).requires_grad


def test_damaged_and_incomplete_folders(tmp_path):
    save_muq(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ValueError, match="the weights cannot be read"):
        MuQLayers.load(tmp_path)
    weights.unlink()
    with pytest.raises(FileNotFoundError, match=r"no model\.safetensors"):
        MuQLayers.load(tmp_path)


def test_without_muq(monkeypatch):
    monkeypatch.setitem(sys.modules, "muq", None)
    with pytest.raises(ImportError, match=r"pip install .*\[muq\]"):
        MuQLayers.load()
