import shutil

import pytest
import tiny_efficientnet
import torch
import yaml
from safetensors.torch import load_file

from speechbrain_singer.inference import export
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.export import (
    check_can_export,
    export_encoder,
)
from speechbrain_singer.lobes.cqt import CQTDecibels
from speechbrain_singer.lobes.decibels import MelDecibels
from speechbrain_singer.lobes.features import LogMel
from speechbrain_singer.lobes.singer_cnn import SingerCNN
from speechbrain_singer.lobes.waveform_encoder import WaveformEncoder


class Loader(yaml.SafeLoader):
    """Reads HyperPyYAML's tags as what stands behind them."""


class Half(torch.nn.Module):
    embedding_dim = 1

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1).bfloat16())


class Layer(torch.nn.Module):
    embedding_dim = 1

    def __init__(self, scale=None):
        super().__init__()
        self.scale = torch.ones(1)


class Forgetful(torch.nn.Module):
    embedding_dim = 1

    def __init__(self, depth=3):
        super().__init__()


Loader.add_multi_constructor(
    "!",
    lambda loader, suffix, node: (
        loader.construct_mapping(node)
        if isinstance(node, yaml.MappingNode)
        else node.value
    ),
)


def test_the_settings_are_the_modules_own(folder):
    with open(folder / "hyperparams.yaml") as file:
        hparams = yaml.load(file, Loader)
    assert hparams["features"] == {
        "sample_rate": 44100,
        "n_fft": 2048,
        "hop_length": 512,
        "n_mels": 64,
        "top_db": 80.0,
    }
    assert hparams["encoder"]["encoder"] == {
        "name": tiny_efficientnet.NAME,
        "embedding_dim": 48,
        "dropout": 0.2,
        "stochastic_depth": 0.2,
    }
    assert hparams["window_seconds"] == 1.0


def test_the_parameters_are_plain_float32(folder, model):
    parameters = load_file(folder / "encoder.safetensors")
    for name, value in model.state_dict().items():
        assert parameters[name].device.type == "cpu"
        assert torch.equal(parameters[name], value)


def test_bfloat16_is_exported_as_float32(tmp_path):
    folder = export_encoder(
        tmp_path / "e", WaveformEncoder(LogMel(), Half()), 1.0
    )
    weight = load_file(folder / "encoder.safetensors")["encoder.weight"]
    assert weight.dtype == torch.float32


def test_a_copy_loads_and_encodes_alike_without_links(
    folder, encoder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, "elsewhere")
    moved = SingerEncoder.from_hparams("./elsewhere")
    wav = torch.randn(1, 22050, generator=torch.Generator().manual_seed(1))
    assert torch.equal(moved.encode_batch(wav), encoder.encode_batch(wav))
    found = sorted(path.name for path in tmp_path.rglob("*"))
    files = ["calibration.yaml", "encoder.safetensors", "hyperparams.yaml"]
    assert found == sorted(["elsewhere", *files])
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("aggregation", ["none", "max", "attention"])
@pytest.mark.parametrize("features", [MelDecibels(n_mels=24), CQTDecibels()])
def test_singer_cnns_encode_as_before(features, aggregation, tmp_path):
    torch.manual_seed(0)
    network = SingerCNN(
        *("resnext", 8, [8], features.bands, 32, aggregation, 6, 5)
    )
    model = WaveformEncoder(features, network).eval()
    seconds = 31 * 512 / 22050
    folder = export_encoder(
        tmp_path / "e", model, seconds, score="squared_distance"
    )
    # A hum has no offset: its periods fill the window
    wavs = torch.sin(torch.arange(31 * 512) * 2 * torch.pi / 62)[None]
    loaded = SingerEncoder.from_hparams(folder, run_opts={"device": "cpu"})
    with torch.no_grad():
        expected = model(wavs)
    torch.testing.assert_close(loaded.encode_batch(wavs)[0], expected)
    assert type(loaded.mods.encoder.features) is type(features)


def test_an_encoder_is_replaced_whole(model, folder, tmp_path):
    target = tmp_path / "deep" / "encoder"
    shutil.copytree(folder, target)
    export_encoder(target, model, window_seconds=2.0)
    assert "window_seconds: 2.0" in (target / "hyperparams.yaml").read_text()
    assert [path.name for path in target.parent.iterdir()] == ["encoder"]
    # The threshold of the former one is not the new one's
    assert SingerEncoder.from_hparams(target).threshold is None


def test_a_model_card_goes_with_the_encoder_that_it_is_of(
    model, folder, tmp_path
):
    target = shutil.copytree(folder, tmp_path / "encoder")
    (target / "README.md").write_text("its card")
    check_can_export(target)
    export_encoder(target, model, window_seconds=1.0)
    assert not (target / "README.md").exists()


def test_an_export_that_fails_leaves_the_old_encoder(
    model, folder, tmp_path, monkeypatch
):
    target = tmp_path / "encoder"
    shutil.copytree(folder, target)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(export, "write_tensors", full)
    with pytest.raises(OSError, match="no space"):
        export_encoder(target, model, window_seconds=2.0)
    assert "window_seconds: 1.0" in (target / "hyperparams.yaml").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_an_encoder_is_as_open_to_others_as_any_folder(folder, tmp_path):
    (tmp_path / "plain").mkdir()
    assert folder.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_other_people_s_files_are_not_replaced(model, tmp_path):
    for name in ("thesis.tex", "README.md", ".git/config"):
        folder = tmp_path / name[:3]
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text("")
        with pytest.raises(FileExistsError, match="no part of an enc") as error:
            check_can_export(folder)
        assert str(folder) in str(error.value)
        assert name.split("/")[0] in str(error.value)
        with pytest.raises(FileExistsError, match="no part of an encoder"):
            export_encoder(folder, model, window_seconds=1.0)
        assert path.exists()


@pytest.mark.parametrize(
    "name",
    [
        *(".DS_Store", "Thumbs.db", "desktop.ini", ".nfs0000000001", "._a"),
        *(".directory", "__pycache__/a.pyc", "encoder.ckpt"),
    ],
)
def test_what_systems_leave_is_in_nobody_s_way(model, tmp_path, name):
    target = tmp_path / "encoder"
    (target / name).parent.mkdir(parents=True)
    (target / name).touch()
    check_can_export(target)
    export_encoder(target, model, window_seconds=1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    assert SingerEncoder.from_hparams(target).dimension == 48


def test_where_nothing_can_be_written_is_said_before(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for folder, error in (
        (tmp_path / "file", FileExistsError),
        (tmp_path / "file" / "encoder", OSError),
    ):
        with pytest.raises(error, match="file"):
            check_can_export(folder)

    def read_only(folder):
        raise OSError(f"{folder}: cannot write there")

    monkeypatch.setattr(export, "check_writable", read_only)
    (tmp_path / "encoder").mkdir()
    with pytest.raises(OSError, match=f"{tmp_path}/encoder: cannot write"):
        check_can_export(tmp_path / "encoder")
    with pytest.raises(OSError, match=f"{tmp_path}: cannot write"):
        check_can_export(tmp_path / "other")


def test_what_is_mounted_cannot_be_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(type(tmp_path), "is_mount", lambda _: True)
    with pytest.raises(OSError, match="is mounted there"):
        check_can_export(tmp_path)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_weights_that_are_not_finite_replace_nothing(folder, tmp_path, value):
    target = shutil.copytree(folder, tmp_path / "encoder")
    before = {path: path.read_bytes() for path in target.iterdir()}
    encoder = WaveformEncoder(LogMel(), Half())
    encoder.encoder.weight.data.fill_(value)
    with pytest.raises(ValueError, match=r"encoder\.weight is not finite"):
        export_encoder(target, encoder, 1.0)
    assert before == {path: path.read_bytes() for path in target.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_what_yaml_cannot_hold_is_refused(tmp_path):
    class Local(torch.nn.Module):
        embedding_dim = 1

    for network, message in (
        (Layer(), "plain numbers"),
        (Forgetful(), "does not keep 'depth'"),
        (Local(), "is defined in a function"),
    ):
        encoder = WaveformEncoder(LogMel(), network)
        with pytest.raises(TypeError, match=message):
            export_encoder(tmp_path / "e", encoder, 1.0)
    assert not (tmp_path / "e").exists()


def test_the_threshold_comes_with_the_encoder(model, tmp_path):
    """In one swap: no encoder is ever there without the one it was given."""
    folder = tmp_path / "encoder"
    export_encoder(folder, model, 1.0, 0.25, {"corpus": "first"})
    export_encoder(folder, model, 1.0, 0.5, {"corpus": "second"})
    encoder = SingerEncoder.from_hparams(folder)
    assert encoder.threshold == 0.5
    assert encoder.calibration["set_on"] == {"corpus": "second"}
