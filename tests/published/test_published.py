import shutil
from pathlib import Path

import huggingface_hub
import pytest
import torch
import torch.nn.functional as F
from huggingface_hub.errors import LocalEntryNotFoundError
from speechbrain.utils.fetching import FetchConfig
from torchvision import models, transforms

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.description import Description
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import export_encoder
from speechbrain_singer.lobes.batch_norm import calibrate_batch_norm
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder
from speechbrain_singer.published.efficientnet import (
    PublishedEfficientNet,
)
from speechbrain_singer.published.features import PublishedLogMel
from speechbrain_singer.published.parameters import load_published

nnaudio = pytest.importorskip("nnAudio.features")

PRETRAINED = Path(__file__).parents[2] / "pretrained"
NAMES = ["byol", "contrastive", "contrastive-vc", "unif-align", "vicreg"]


class Published(torch.nn.Module):
    """What is published, written again: its names and its computation."""

    def __init__(self):
        super().__init__()
        self.feature_extractor = torch.nn.Module()
        self.feature_extractor.spec_layer = nnaudio.MelSpectrogram(
            n_fft=2048, hop_length=512, n_mels=128, verbose=False
        )
        self.encoder = torch.nn.Module()
        self.encoder.net = torch.nn.Sequential(
            torch.nn.Identity(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            models.efficientnet_b0(),
        )
        # Random weights as they come make 1 in 1000 of a rounding error
        for module in self.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                torch.nn.init.constant_(module.weight, 0.2)

    def forward(self, wavs):
        spectrograms = torch.log(self.feature_extractor.spec_layer(wavs) + 1e-8)
        # Of each clip, as if it were alone in its batch
        spectrograms /= spectrograms.amax((1, 2), keepdim=True)
        return self.encoder.net(spectrograms.unsqueeze(1).expand(-1, 3, -1, -1))


@pytest.fixture(scope="module")
def noise(noise):
    """Without the offset, which our encoders take out; of peak 0.5."""

    def flat(*arguments, **options):
        clip = noise(*arguments, **options)
        weights = torch.hann_window(len(clip))
        clip = clip - clip @ weights / weights.sum()
        return 0.5 * clip / clip.abs().max()

    return flat


@pytest.fixture(scope="module")
def published(noise):
    torch.manual_seed(0)
    model = Published().eval()
    clips = [noise(0.5, n, tilt=n / 8) for n in range(12)]
    calibrate_batch_norm(model, 2 * torch.stack(clips))
    return model


@pytest.fixture(scope="module")
def model_pt(published, tmp_path_factory):
    path = tmp_path_factory.mktemp("hub") / "model.pt"
    torch.save(published.state_dict(), path)
    return path


@pytest.fixture
def without_weights(tmp_path):
    """A folder as it stands in the repository."""
    name = "ssl-singer-identity-byol"
    target = tmp_path / name
    target.mkdir()
    shutil.copy(PRETRAINED / name / "hyperparams.yaml", target)
    return target


@pytest.fixture
def local(without_weights, model_pt):
    shutil.copy(model_pt, without_weights)
    return without_weights


@pytest.fixture
def no_hub(monkeypatch):
    def offline(*_, **__):
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)


@pytest.fixture
def hub(monkeypatch, model_pt, tmp_path):
    """Gives the file, and keeps what was asked for."""
    asked = []

    def download(repository, allow_patterns, **options):
        (file,) = allow_patterns
        path = tmp_path / "snapshot" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(model_pt, path)
        asked.append((repository, file, options["revision"]))
        return str(tmp_path / "snapshot")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return asked


def close(measured, expected):
    torch.testing.assert_close(measured, expected, atol=1e-4, rtol=0)


def test_the_published_numbers(local, no_hub, noise, published):
    encoder = SingerEncoder.from_hparams(local)
    # A quiet clip of 4 s, and a shorter one
    clips = [0.01 * noise(4.0, 1), noise(1.3, 2, tilt=0.3)]
    for clip in clips:
        with torch.no_grad():
            expected = published((clip / clip.abs().max()).unsqueeze(0))
            close(encoder.mods.encoder(clip.unsqueeze(0)), expected)
        close(encoder.encode_batch(clip)[0], F.normalize(expected, dim=-1))


def test_the_network_alone(local, no_hub, noise, published):
    encoder = SingerEncoder.from_hparams(
        local, overrides={"normalize_peak": False}
    )
    clip = noise(0.7)
    with torch.no_grad():
        alone = published(clip.unsqueeze(0))
        at_peak_1 = published(2 * clip.unsqueeze(0))
    close(encoder.encode_batch(clip)[0], F.normalize(alone, dim=-1))
    assert (F.normalize(alone) - F.normalize(at_peak_1)).abs().max() > 1e-3


def test_silence_is_an_error(local, no_hub):
    encoder = SingerEncoder.from_hparams(local)
    with pytest.raises(AudioError, match="silent"):
        encoder.encode_batch(torch.zeros(44100))


@pytest.mark.parametrize("name", NAMES)
def test_each_is_fetched_from_its_folder_of_the_hub(name, hub):
    folder = PRETRAINED / f"ssl-singer-identity-{name}"
    pretrainer = Description(folder / "hyperparams.yaml").build()["pretrainer"]
    config = FetchConfig(revision="abc")
    path = pretrainer.collect_files(str(folder), config)["encoder"]
    assert path.is_file()
    assert hub == [
        ("BernardoTorres/singer-identity", f"{name}/model.pt", "abc")
    ]


def test_what_was_fetched_is_loaded(without_weights, hub, noise, published):
    encoder = SingerEncoder.from_hparams(without_weights)
    clip = noise(0.5, 3)
    with torch.no_grad():
        expected = F.normalize(published(2 * clip.unsqueeze(0)), dim=-1)
    close(encoder.encode_batch(clip)[0], expected)


def test_neither_a_file_nor_a_hub(without_weights, no_hub):
    with pytest.raises(FileNotFoundError) as error:
        SingerEncoder.from_hparams(without_weights)
    message = str(error.value)
    assert message.startswith(f"{without_weights}: no model.pt here")
    assert "byol/model.pt of the hub repository BernardoTorres" in message
    assert "put it beside hyperparams.yaml as model.pt" in message


@pytest.fixture(scope="module")
def empty():
    return WaveformEncoder(PublishedLogMel(), PublishedEfficientNet())


def test_other_keys_are_refused_by_name(empty, published, tmp_path):
    parameters = dict.fromkeys(published.state_dict(), torch.zeros(1))
    del parameters["encoder.net.2.classifier.1.bias"]
    parameters["projection.net.1.weight"] = torch.zeros(1)
    torch.save(parameters, tmp_path / "model.pt")
    with pytest.raises(ValueError) as error:
        load_published(empty, tmp_path / "model.pt")
    assert "missing encoder.net.2.classifier.1.bias" in str(error.value)
    assert "unexpected projection.net.1.weight" in str(error.value)
    assert str(tmp_path / "model.pt") in str(error.value)


def test_an_encoder_of_ours_is_refused(empty, model, tmp_path):
    torch.save(model.state_dict(), tmp_path / "encoder.ckpt")
    with pytest.raises(ValueError, match=r"missing .* and 361 more"):
        load_published(empty, tmp_path / "encoder.ckpt")


def test_what_is_not_finite_is_refused(empty, published, tmp_path):
    key = "encoder.net.2.classifier.1.bias"
    bias = torch.full((1000,), torch.inf)
    torch.save(published.state_dict() | {key: bias}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"classifier\.1\.bias is not finite"):
        load_published(empty, tmp_path / "model.pt")


@pytest.mark.parametrize("content", [b"", b"<html>", "truncated", "tensor"])
def test_what_is_no_file_of_parameters(empty, model_pt, tmp_path, content):
    path = tmp_path / "model.pt"
    if content == "tensor":
        torch.save(torch.zeros(3), path)
    elif content == "truncated":
        path.write_bytes(model_pt.read_bytes()[:10000])
    else:
        path.write_bytes(content)
    with pytest.raises(
        ValueError, match=r"damaged, or no weights: get|not the parameters"
    ) as error:
        load_published(empty, path)
    assert str(path) in str(error.value)


def test_another_shape_is_refused(empty, published, tmp_path):
    key = "encoder.net.2.classifier.1.bias"
    other = published.state_dict() | {key: torch.zeros(7)}
    torch.save(other, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"for encoder\.net\.classifier"):
        load_published(empty, tmp_path / "model.pt")


def test_the_folders_differ_in_one_line():
    files = [
        (PRETRAINED / f"ssl-singer-identity-{name}" / "hyperparams.yaml")
        for name in NAMES
    ]
    texts = {
        path.read_text().replace(f"hub_folder: {name}\n", "hub_folder:\n")
        for name, path in zip(NAMES, files, strict=True)
    }
    assert len(texts) == 1
    published = sorted(PRETRAINED.glob("ssl-singer-identity-*"))
    assert published == sorted(path.parent for path in files)


def test_it_can_be_exported_as_ours_are(local, no_hub, noise, tmp_path):
    encoder = SingerEncoder.from_hparams(local)
    folder = export_encoder(tmp_path / "copy", encoder.mods.encoder, 4.0)
    copy = SingerEncoder.from_hparams(folder)
    clip = noise(0.5)
    assert torch.equal(copy.encode_batch(clip), encoder.encode_batch(clip))
