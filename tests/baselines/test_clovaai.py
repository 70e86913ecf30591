import numpy as np
import pytest
import torch
from scipy.signal import stft

from speechbrain_singer.baselines.clovaai import HASP, FResNet
from speechbrain_singer.baselines.se_resnet import ResNetSE34L, ResNetSE34V2
from speechbrain_singer.dataio.audio import AudioError

BOTH = pytest.mark.parametrize(
    ("cls", "network", "file"),
    [
        (FResNet, ResNetSE34L, "baseline_lite_ap.model"),
        (HASP, ResNetSE34V2, "baseline_v2_smproto.model"),
    ],
)


def published(network, seed=0):
    """A checkpoint as published, with random values."""
    torch.manual_seed(seed)
    checkpoint = {f"__S__.{k}": v for k, v in network().state_dict().items()}
    checkpoint["__S__.torchfb.mel_scale.fb"] = torch.zeros(257, 40)
    checkpoint["__L__.w"] = torch.tensor(10.0)
    return checkpoint


@pytest.fixture
def save(tmp_path):
    def save(network, seed=0):
        torch.save(published(network, seed), tmp_path / "a.model")
        return tmp_path / "a.model"

    return save


@BOTH
def test_every_parameter_is_loaded(cls, network, file, save):
    encoder = cls(save(network))
    loaded = encoder.network.state_dict()
    expected = published(network)
    assert all(
        torch.equal(v, expected[f"__S__.{k}"]) for k, v in loaded.items()
    )
    assert not any(p.requires_grad for p in encoder.parameters())
    assert not any(module.training for module in encoder.modules())


def test_checkpoints_of_today_and_of_several_gpus(tmp_path):
    checkpoint = published(ResNetSE34L)
    renamed = {
        k.replace("__S__.", "__S__.module."): v for k, v in checkpoint.items()
    }
    torch.save({"model_state_dict": renamed, "epoch": 3}, tmp_path / "a.model")
    network = FResNet(tmp_path / "a.model").network
    assert torch.equal(network.fc.weight, checkpoint["__S__.fc.weight"])


def log_mel(wav, bands):
    """By hand: HTK's mel scale, Hamming window of 400 in frames of 512."""
    window = np.zeros(512)
    window[56:456] = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(400) / 400)
    _, _, spectrum = stft(
        np.pad(wav, 256, mode="reflect"),
        window=window,
        nperseg=512,
        noverlap=352,
        boundary=None,
        padded=False,
    )
    power = np.abs(spectrum * window.sum()) ** 2
    top = 2595 * np.log10(1 + 8000 / 700)
    corners = 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)
    hertz = np.arange(257) * 16000 / 512
    rising = (hertz - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - hertz) / np.diff(corners)[1:, None]
    filterbank = np.maximum(0, np.minimum(rising, falling))
    log_mel = np.log(filterbank @ power + 1e-6)
    centred = log_mel - log_mel.mean(axis=1, keepdims=True)
    return centred / np.sqrt(log_mel.var(axis=1, keepdims=True) + 1e-5)


class Identity(torch.nn.Module):
    """In place of the network, whose input is asked for."""

    def __init__(self):
        super().__init__()
        self.parameter = torch.nn.Parameter(torch.zeros(1))

    def forward(self, features):
        return features.flatten(1)


def test_features_of_f_resnet(save):
    wav = np.random.default_rng(0).standard_normal(4000) / 10
    encoder = FResNet(save(ResNetSE34L))
    encoder.network = Identity()
    measured = encoder.encode_batch(torch.tensor(wav[None]))[0, 0].numpy()
    assert np.abs(measured - log_mel(wav, 40).ravel()).max() < 1e-3


def test_features_of_h_asp(save):
    wav = np.random.default_rng(0).standard_normal(4000) / 10
    encoder = HASP(save(ResNetSE34V2))
    encoder.network = Identity()
    emphasised = wav - 0.97 * np.r_[wav[1], wav[:-1]]
    measured = encoder.encode_batch(torch.tensor(wav[None]))[0, 0].numpy()
    assert np.abs(measured - log_mel(emphasised, 64).ravel()).max() < 1e-3


@BOTH
def test_neither_padding_nor_the_batch_matters(cls, network, file, save):
    encoder = cls(save(network))
    wavs = torch.randn(2, 8000)
    wavs[1, 4000:] = 7.0
    batch = encoder.encode_batch(wavs, torch.tensor([1.0, 0.5]))
    alone = encoder.encode_batch(wavs[1:, :4000])
    assert batch.shape == (2, 1, encoder.dimension) == (2, 1, 512)
    assert torch.allclose(batch[1], alone[0], atol=1e-4)


@BOTH
def test_shortest_clip(cls, network, file, save):
    encoder = cls(save(network))
    shortest = torch.randn(1, encoder.min_samples)
    assert encoder.encode_batch(shortest).isfinite().all()
    with pytest.raises(AudioError, match="too short"):
        encoder.encode_batch(shortest[:, 1:])


@BOTH
def test_a_file_in_torch_s_folder(cls, network, file, monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    torch.save(published(network), tmp_path / "checkpoints" / file)
    assert cls().dimension == 512


@BOTH
def test_nothing_is_fetched(cls, network, file, monkeypatch, tmp_path):
    """Over plain http, without a hash."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", None)
    with pytest.raises(FileNotFoundError, match="yourself and put it") as error:
        cls()
    message = str(error.value)
    assert str(tmp_path / "checkpoints" / file) in message
    assert f"http://www.robots.ox.ac.uk/~joon/data/{file}" in message


@BOTH
def test_wrong_files(cls, network, file, save, tmp_path):
    with pytest.raises(FileNotFoundError, match=f"no.model: no such.*{file}"):
        cls(tmp_path / "no.model")
    (tmp_path / "text.model").write_text("<html>")
    with pytest.raises(ValueError, match=f"text.model: damaged.*{file}"):
        cls(tmp_path / "text.model")
    torch.save(torch.zeros(3), tmp_path / "tensor.model")
    with pytest.raises(ValueError, match=f"tensor.model: not a .*{file}"):
        cls(tmp_path / "tensor.model")
    other = save(ResNetSE34V2 if network is ResNetSE34L else ResNetSE34L)
    with pytest.raises(ValueError, match=f"a.model: not a .*{file}"):
        cls(other)
