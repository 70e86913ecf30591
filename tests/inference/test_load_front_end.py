from pathlib import Path

import pytest
import torch
from small_encoders import SECONDS, small_encoder, sound

from speechbrain_singer.inference import front_ends
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.front_ends import NAMES, load_front_end
from speechbrain_singer.lobes.front_ends import FRONT_ENDS, FrontEnd
from speechbrain_singer.lobes.ge2e_layers import GE2ELayers
from speechbrain_singer.lobes.layer_pooling import LayerPooling
from speechbrain_singer.lobes.muq_layers import MuQLayers
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


@pytest.fixture
def asked(monkeypatch):
    """What the classes behind the door are loaded with."""
    calls = []
    for cls in (FrontEnd, MuQLayers):
        monkeypatch.setattr(
            *(cls, "load"),
            lambda *given, cls=cls: calls.append((cls.__name__, *given)),
        )
    monkeypatch.setattr(
        *(front_ends, "GE2ELayers"),
        lambda *given, **options: calls.append(("GE2E", *given, options)),
    )
    return calls


def test_names(asked):
    for name in NAMES:
        if name != "random":
            load_front_end(name, frozen=True)
    expected = [("FrontEnd", name, True) for name in FRONT_ENDS]
    expected.append(("MuQLayers", "OpenMuQ/MuQ-large-msd-iter", True))
    assert asked == [*expected, ("GE2E", True, {"pretrained": True})]


def test_random_weights_are_always_the_same():
    pytest.importorskip("transformers")
    torch.manual_seed(1)
    front_end = load_front_end("random", frozen=True)
    wavs = sound(2000)[None]
    layers = front_end(wavs)
    assert layers.shape == (1, 6, front_end.layers, front_end.width)
    torch.manual_seed(2)
    following = torch.rand(1)
    torch.manual_seed(2)
    assert torch.equal(load_front_end("random").eval()(wavs), layers)
    assert torch.equal(torch.rand(1), following)


def test_unknown_names_are_said_with_the_list():
    with pytest.raises(FileNotFoundError, match="'wavlmm': there are") as error:
        load_front_end("wavlmm")
    assert all(name in str(error.value) for name in NAMES)
    with pytest.raises(FileNotFoundError, match="there are"):
        load_front_end(Path("ge2e"))


def test_a_folder_of_transformers(tmp_path):
    folders = pytest.importorskip("wav2vec2_folders")
    folders.save_model(tmp_path, "wavlm")
    front_end = load_front_end(tmp_path, frozen=True)
    assert isinstance(front_end, FrontEnd) and front_end.frozen
    assert front_end(torch.randn(1, 720)).shape == (1, 2, 3, 32)


def test_an_encoder_of_ours(tmp_path):
    encoder = small_encoder()
    folder = tmp_path / "encoder"
    export_encoder(folder, encoder, window_seconds=SECONDS)
    front_end = load_front_end(folder)
    wavs = sound(9000)[None]
    vectors = encoder.encoder.frame_vectors(encoder.features(wavs))
    assert torch.equal(front_end.eval()(wavs)[:, :, 0], vectors)
    assert front_end.encoder.encoder.convolutions[0].conv.weight.requires_grad
    assert not load_front_end(folder, frozen=True).train().training


def test_a_front_end_that_was_trained_here(tmp_path):
    """On another task: what it has become, without the head of that."""
    tuned = GE2ELayers()
    encoder = WaveformEncoder(tuned, LayerPooling(tuned.layers, tuned.width))
    folder = tmp_path / "encoder"
    export_encoder(folder, encoder, window_seconds=SECONDS)
    front_end = load_front_end(folder)
    wavs = sound(9000)[None]
    assert torch.equal(front_end(wavs), tuned(wavs))
    assert all(p.requires_grad for p in front_end.parameters())
    frozen = load_front_end(folder, frozen=True)
    assert frozen.frozen and not frozen.train().training
    assert not any(p.requires_grad for p in frozen.parameters())


def test_a_repository(tmp_path, monkeypatch, asked):
    """Its settings are fetched first, and say what else is needed."""
    wanted = []

    def fetch(repository, files):
        wanted.append((repository, files))
        return tmp_path

    monkeypatch.setattr(front_ends, "fetch_repository", fetch)
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "wavlm"}')
    load_front_end("some/wavlm")
    assert wanted == [("some/wavlm", ["config.json", "hyperparams.yaml"])]
    config.write_text('{"w2v2_config": {}}')
    load_front_end("some/muq", frozen=True)
    assert asked == [
        ("FrontEnd", "some/wavlm", False),
        ("MuQLayers", "some/muq", True),
    ]
    config.write_text("{")
    with pytest.raises(ValueError, match=r"config\.json: .*copy it anew"):
        load_front_end("some/muq")


def test_a_folder_of_something_else(tmp_path):
    with pytest.raises(ValueError, match="neither config"):
        load_front_end(tmp_path)
