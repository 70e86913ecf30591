import shutil

import pytest
import torch
from huggingface_hub.errors import LocalEntryNotFoundError
from speechbrain.utils import fetching

from speechbrain_singer.inference.encoder import SingerEncoder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "encoder")


@pytest.mark.parametrize(
    "source", ["./nothing", "~/nothing/here", "results/byol/encoder", "/x"]
)
def test_a_mistyped_folder_is_not_sought_on_the_hub(source):
    with pytest.raises(FileNotFoundError, match="no such folder") as error:
        SingerEncoder.from_hparams(source)
    assert source in str(error.value)


def test_a_folder_without_an_encoder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no hyperparams\.yaml"):
        SingerEncoder.from_hparams(tmp_path)


def test_a_file_is_no_folder(copy):
    with pytest.raises(FileNotFoundError, match="not a folder"):
        SingerEncoder.from_hparams(copy / "encoder.ckpt")


def test_a_hub_repository_that_cannot_be_fetched(monkeypatch):
    def offline(**_):
        raise LocalEntryNotFoundError("offline")

    monkeypatch.setattr(fetching.huggingface_hub, "hf_hub_download", offline)
    with pytest.raises(OSError, match="'results/encoder' is not a folder"):
        SingerEncoder.from_hparams("results/encoder")


def test_what_is_no_name_of_a_repository():
    with pytest.raises(OSError, match="'my encoder' is not a folder"):
        SingerEncoder.from_hparams("my encoder")


def test_a_damaged_checkpoint(copy):
    path = copy / "encoder.ckpt"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match="damaged") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


def test_a_missing_checkpoint(copy):
    (copy / "encoder.ckpt").unlink()
    with pytest.raises(FileNotFoundError, match=r"encoder\.ckpt: no such file"):
        SingerEncoder.from_hparams(copy)


@pytest.mark.parametrize("change", ["shape", "missing", "not a dict"])
def test_a_checkpoint_of_another_encoder(copy, change):
    path = copy / "encoder.ckpt"
    parameters = torch.load(path)
    name = next(iter(parameters))
    if change == "shape":
        parameters[name] = torch.zeros(3)
    elif change == "missing":
        del parameters[name]
    else:
        parameters = torch.zeros(3)
    torch.save(parameters, path)
    with pytest.raises(ValueError, match="does not fit") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("key", ["window_seconds", "modules", "pretrainer"])
def test_a_key_that_is_missing_is_named(copy, key):
    path = copy / "hyperparams.yaml"
    path.write_text(path.read_text().replace(f"\n{key}:", f"\n{key}x:"))
    with pytest.raises(ValueError, match=f"no key '{key}'") as error:
        SingerEncoder.from_hparams(copy)
    assert str(path) in str(error.value)


def test_a_module_that_is_missing_is_named(copy):
    path = copy / "hyperparams.yaml"
    text = path.read_text().replace("modules:\n    encoder", "modules:\n    x")
    path.write_text(text)
    with pytest.raises(ValueError, match="modules lack 'encoder'"):
        SingerEncoder.from_hparams(copy)


def test_windows_that_are_too_short(copy):
    path = copy / "hyperparams.yaml"
    path.write_text(
        path.read_text().replace("window_seconds: 1.0", "window_seconds: 0")
    )
    with pytest.raises(ValueError, match="window_seconds is 0, but"):
        SingerEncoder.from_hparams(copy)


def test_what_is_not_yaml(copy):
    path = copy / "hyperparams.yaml"
    path.write_text("modules: [")
    with pytest.raises(ValueError, match=r"hyperparams\.yaml: not YAML"):
        SingerEncoder.from_hparams(copy)
