import pytest
import torch

from speechbrain_singer.evaluation.encoders import load_encoder, short_name
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.efficientnet import EfficientNet
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


def test_a_folder(tmp_path):
    folder = tmp_path / "mine" / "encoder"
    export_encoder(folder, WaveformEncoder(LogMel(), EfficientNet()), 1.0)
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, SingerEncoder)
    assert encoder.dimension == 1000


def test_a_bundled_name(bundled):
    folder = bundled("singer-encoder-tiny")
    assert load_encoder("tiny").sha256 == load_encoder(str(folder)).sha256


def test_what_names_code_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "window_seconds: 1.0\nmodules: {}\npretrainer: null\n"
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "hyperparams.yaml").write_text(
        text + "x: !apply:os.system [touch RAN]\n"
    )
    with pytest.raises(ValueError, match="trust_remote_code=True"):
        load_encoder("./encoder")
    assert not (tmp_path / "RAN").exists()


def test_neither_folder_nor_baseline(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such folder.*mfcc"):
        load_encoder(str(tmp_path / "missing"))


def test_objects():
    class Encoder:
        sample_rate, dimension = 8000, 2

        def encode_batch(self, wavs, wav_lens=None):
            return wavs

    encoder = Encoder()
    assert load_encoder(encoder) is encoder
    with pytest.raises(TypeError, match="lacks dimension, encode_batch"):
        load_encoder(type("Half", (), {"sample_rate": 1})())
    with pytest.raises(TypeError, match="no encoder"):
        load_encoder(Encoder)


def test_a_module_comes_in_evaluation_mode():
    class Module(torch.nn.Module):
        sample_rate, dimension = 8000, 2

        def encode_batch(self, wavs, wav_lens=None):
            return wavs

    assert not load_encoder(Module().train()).training


def test_names(tmp_path):
    assert short_name("results/contrastive/7/encoder/") == "contrastive-7"
    assert short_name("../other/encoder") == "other"
    assert short_name("pretrained/ssl-singer-identity-byol") == (
        "ssl-singer-identity-byol"
    )
    assert short_name("h-asp") == "h-asp"
    assert short_name(torch.nn.Identity()) == "Identity"
