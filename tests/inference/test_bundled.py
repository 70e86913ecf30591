"""Encoders that come with the package, by name, wherever it is installed."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import huggingface_hub
import pytest

from speechbrain_singer.inference.bundled import bundled_folders
from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.source import (
    CARD_FILE,
    FORMER_WEIGHTS_FILE,
    LOG_FILE,
    encoder_folder,
    files_of,
)

ROOT = Path(__file__).parents[2]


def names_there():
    """Of the clone's folders."""
    names = {path.parent.name for path in ROOT.glob("pretrained/*/*.yaml")}
    return names | {name.removeprefix("singer-encoder-") for name in names}


def test_the_clone_s_folders_from_any_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = bundled_folders()
    assert set(folders) == names_there() >= {"ssl-singer-identity-byol"}
    for name, folder in folders.items():
        assert encoder_folder(name) == folder
        assert folder.name in (name, f"singer-encoder-{name}")
        assert folder.parent == ROOT / "pretrained"


def test_a_name_loads_what_its_folder_does(bundled, tmp_path, monkeypatch):
    folder = bundled("singer-encoder-tiny")
    monkeypatch.chdir(tmp_path)
    encoder = SingerEncoder.from_hparams("tiny")
    assert encoder.sha256 == SingerEncoder.from_hparams(folder).sha256


def test_a_whole_name_goes_before_a_short_one(bundled):
    own, other = bundled("singer-encoder-mine"), bundled("mine")
    assert encoder_folder("mine") == other
    assert encoder_folder("singer-encoder-mine") == own
    tiny = bundled("singer-encoder-tiny")
    assert encoder_folder("tiny") == encoder_folder(tiny.name) == tiny


def test_a_name_goes_before_a_folder_here(
    bundled, tmp_path, monkeypatch, caplog
):
    folder = bundled("singer-encoder-tiny")
    mine = shutil.copytree(folder, tmp_path / "here" / "tiny")
    monkeypatch.chdir(mine.parent)
    assert encoder_folder("tiny") == folder
    assert "the folder here is ./tiny" in caplog.text
    assert encoder_folder("./tiny").resolve() == mine
    assert encoder_folder(Path("tiny")).resolve() == mine


def test_in_the_folder_of_all_nothing_is_hidden(bundled, monkeypatch, caplog):
    bundled("tiny")
    monkeypatch.chdir(encoder_folder("tiny").parent)
    encoder_folder("tiny")
    assert "the folder here" not in caplog.text


def test_an_unknown_name_says_which_there_are(bundled, monkeypatch):
    bundled("singer-encoder-tiny")
    bundled("other")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", pytest.fail)
    names = "other, singer-encoder-tiny, tiny"
    message = rf"tinny: no such folder.*the bundled encoders are {names}$"
    with pytest.raises(FileNotFoundError, match=message):
        SingerEncoder.from_hparams("tinny")


def test_what_is_installed_is_what_an_encoder_consists_of():
    """`setup.py` cannot ask the package."""
    setup = ast.parse((ROOT / "setup.py").read_text())
    (listed,) = (
        node.value
        for node in setup.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "BUNDLED"
    )
    names = {n.value for n in ast.walk(listed) if isinstance(n, ast.Constant)}
    ours = {*files_of(), CARD_FILE, LOG_FILE}
    assert names == ours - {FORMER_WEIGHTS_FILE}


def test_an_installed_package_has_them(tmp_path):
    """As `pip install .` builds it, without the clone at hand."""
    pytest.importorskip("setuptools", "64")
    source, built = tmp_path / "clone", tmp_path / "lib"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("speechbrain_singer", "pretrained"):
        shutil.copytree(ROOT / name, source / name)
    stray = source / "pretrained" / "ssl-singer-identity-byol" / "model.pt"
    stray.write_bytes(b"fetched by hand")
    build = [sys.executable, "setup.py", "-q", "build_py", "-d", str(built)]
    subprocess.run(build, cwd=source, check=True)
    shutil.rmtree(source)
    code = (
        "from speechbrain_singer.inference.bundled import bundled_folders\n"
        "for name, path in bundled_folders().items(): print(name, path)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        **{"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(built)}},
        **{"check": True, "capture_output": True, "text": True},
    )
    found = dict(line.split() for line in said.stdout.splitlines())
    assert set(found) == names_there()
    for folder in found.values():
        assert Path(folder).is_relative_to(built)
        assert not (Path(folder) / "model.pt").exists()
