import socket
import sys
from copy import deepcopy

import pytest
import soundfile
import torch
from exported_parts import EXAMPLES, NOTE_EXAMPLES, build
from small_encoders import sound

from speechbrain_singer.inference import export
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.inference.loading import EncoderFiles
from speechbrain_singer.lobes.heads import ClassifierHead
from speechbrain_singer.lobes.notes_head import NotesHead


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Without a network, and without the package that ships weights."""
    monkeypatch.setitem(sys.modules, "resemblyzer", None)

    def refuse(*_):
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_loaded_is_what_was_exported(name, tmp_path):
    encoder, seconds = build(EXAMPLES, name)
    head = ClassifierHead(encoder.embedding_dim, ["ann", "bob"], dropout=0.5)
    modules = {"encoder": encoder, "classifier": head}
    built = SingerEncoder(deepcopy(modules), {"window_seconds": seconds})
    folder = export_encoder(tmp_path / "e", encoder, seconds, classifier=head)
    loaded = SingerEncoder.from_hparams(folder)
    assert loaded.dimension == encoder.embedding_dim
    state = loaded.mods.encoder.state_dict()
    assert {k: v.shape for k, v in state.items()} == {
        k: v.shape for k, v in encoder.state_dict().items()
    }

    wav = sound(round(seconds * encoder.sample_rate))
    embedding = loaded.encode_batch(wav)
    assert torch.equal(embedding, built.encode_batch(wav))
    if name == "oblong cnn":  # a second for each that follows
        return
    other = loaded.encode_batch(sound(len(wav), seed=1))
    assert not torch.allclose(embedding, other, atol=1e-4)
    guess = loaded.classify_batch(wav).out_prob
    assert torch.equal(guess, built.classify_batch(wav).out_prob)
    path = tmp_path / "a.wav"
    soundfile.write(path, wav, encoder.sample_rate, "FLOAT")
    torch.testing.assert_close(loaded.encode_file(path), embedding[0, 0])
    torch.testing.assert_close(loaded.classify_file(path).out_prob, guess)


@pytest.mark.parametrize("name", NOTE_EXAMPLES)
def test_heads_of_notes(name, tmp_path):
    encoder, seconds = build(NOTE_EXAMPLES, name)
    head = NotesHead(encoder.embedding_dim)
    folder = export_encoder(tmp_path / "t", encoder, seconds, head=head)
    path = folder / "hyperparams.yaml"
    assert path.read_text().startswith("# A transcriber of singing: Singing")
    modules = EncoderFiles.read(path).build()["modules"]
    wavs = sound(round(seconds * encoder.sample_rate))[None]
    frames = modules["encoder"].eval()(wavs)
    assert frames.ndim == 3 and torch.equal(frames, encoder(wavs))
    assert torch.equal(modules["head"](frames), head(frames))
    with pytest.raises(ValueError, match="load it with SingingTranscriber"):
        SingerEncoder.from_hparams(folder)


def test_heads_of_other_embeddings_are_refused(tmp_path):
    encoder, seconds = build(NOTE_EXAMPLES, "cnn")
    with pytest.raises(ValueError, match="the head takes 7 dimensions"):
        export_encoder(tmp_path / "t", encoder, seconds, head=NotesHead(7))
    head = NotesHead(encoder.embedding_dim)
    folder = export_encoder(tmp_path / "t", encoder, seconds, head=head)
    path = folder / "hyperparams.yaml"
    whole = path.read_text()
    start = whole.index("head: ")
    for other in ("head: 3\n", "head: !ref <encoder>\n"):
        path.write_text(whole[:start] + other + whole[whole.index("modules") :])
        files = _Unsealed.read(path)
        with pytest.raises(ValueError, match="'head' is none of its encoder's"):
            files.build()


class _Unsealed(EncoderFiles):
    """As if whoever changed a setting had written a new seal."""

    @classmethod
    def _read(cls, path):
        return cls(Description(path), {}, None)


@pytest.mark.parametrize("name", ["lora", "bottleneck"])
def test_the_base_of_an_adapter_is_never_left_random(
    name, tmp_path, monkeypatch
):
    encoder, seconds = build(EXAMPLES, name)
    of_adapters = torch.nn.Module.state_dict
    monkeypatch.setattr(export, "whole_state", of_adapters)
    folder = export_encoder(tmp_path / "e", encoder, seconds)
    with pytest.raises(ValueError, match=r"do not fit .* is missing"):
        SingerEncoder.from_hparams(folder)


@pytest.mark.parametrize(
    "name, seconds, message",
    [
        ("crnn", 1.43, r"at least 1\.440 s"),
        ("crnn", 1.48, r"at most 46 frames: 1\.44 s"),
        ("1d cnn", 1.4999, r"at least 1\.500 s"),
        ("1d cnn", 1.5001, r"at most 24000 frames: 1\.5 s"),
        ("oblong cnn", 1.45, r"at least 1\.451 s"),
    ],
)
def test_networks_of_one_length_want_windows_of_it(name, seconds, message):
    encoder, right = build(EXAMPLES, name)
    modules = {"encoder": encoder}
    assert SingerEncoder(modules, {"window_seconds": right})
    with pytest.raises(ValueError, match=message):
        SingerEncoder(modules, {"window_seconds": seconds})


def test_layers_and_network_have_to_fit(tmp_path):
    encoder, seconds = build(EXAMPLES, "ge2e")
    folder = export_encoder(tmp_path / "e", encoder, seconds)
    path = folder / "hyperparams.yaml"
    path.write_text(path.read_text().replace("layers: 3", "layers: 4"))
    with pytest.raises(ValueError, match="'encoder' is no encoder"):
        _Unsealed.read(path).build()
