import hashlib
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from speechbrain_singer.dataio import hub
from speechbrain_singer.dataio.hub import (
    fetch_repository,
    find_folder,
    local_folder,
)


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the hub is asked for; it gives an empty folder."""
    asked = []

    def download(repository, allow_patterns, **options):
        asked.append((repository, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return asked


def test_a_folder_is_taken_as_it_is(tmp_path, asked):
    assert local_folder(tmp_path, ["*.json"]) == tmp_path
    assert local_folder(str(tmp_path), ["*.json"]) == tmp_path
    assert not asked


def test_only_what_is_needed_is_fetched(tmp_path, asked):
    assert local_folder("some/model", ["*.json"]) == tmp_path
    assert asked == [("some/model", ["*.json"])]


def test_no_network(monkeypatch):
    def offline(repository, allow_patterns):
        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", offline)
    with pytest.raises(OSError, match=r"'some/model' is not a folder.*give a"):
        local_folder("some/model", ["*.json"])


@pytest.mark.parametrize(
    "source",
    [
        *("./nothing", "~/nothing/here", "results/byol/encoder", "/x", ""),
        *("encoder", "my encoder", "results\\encoder", "C:/x", "a/b/"),
        *("../x", "here/encoder", "a/..", "\0", Path("results/encoder")),
    ],
)
def test_a_mistyped_folder_is_not_sought_on_the_hub(
    source, asked, tmp_path, monkeypatch
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="no such folder") as error:
        local_folder(source, ["*"])
    assert str(source) in str(error.value)
    assert not asked


@pytest.mark.parametrize(
    "source",
    ["http://x/a", "https://huggingface.co/a/b", "file:///a", "hf://a"],
)
def test_web_addresses_are_refused(source, asked):
    with pytest.raises(ValueError, match="nothing is loaded from web"):
        local_folder(source, ["*"])
    assert not asked


@pytest.mark.parametrize("source", [None, 3, b"a/b", ["a/b"]])
def test_what_is_no_source(source):
    with pytest.raises(TypeError, match="a source is the path"):
        find_folder(source)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a.ckpt").touch()
    for source in (tmp_path / "a.ckpt", str(tmp_path / "a.ckpt")):
        with pytest.raises(FileNotFoundError, match="a file, not a folder"):
            find_folder(source)


def test_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "encoder").mkdir()
    assert find_folder("~/encoder") == tmp_path / "encoder"


def test_a_file_that_the_hub_did_not_send_so(tmp_path, monkeypatch):
    sha256 = hashlib.sha256(b"weights").hexdigest()
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / sha256).write_bytes(b"weights")
    snapshot = tmp_path / "snapshots"
    snapshot.mkdir()
    (snapshot / "model.pt").symlink_to(tmp_path / "blobs" / sha256)
    (snapshot / "README.md").write_text("not stored by digest")
    monkeypatch.setattr(
        huggingface_hub, "snapshot_download", lambda *_, **__: snapshot
    )
    assert fetch_repository("some/model") == snapshot
    (tmp_path / "blobs" / sha256).write_bytes(b"weighty")
    with pytest.raises(ValueError, match=r"model\.pt: damaged.*fetched anew"):
        fetch_repository("some/model")


def test_only_what_is_needed_is_looked_at_and_once(tmp_path, monkeypatch):
    (tmp_path / "blobs").mkdir()
    for name, content in (("model.pt", b"weights"), ("other.pt", b"others")):
        blob = tmp_path / "blobs" / hashlib.sha256(content).hexdigest()
        blob.write_bytes(content if name == "model.pt" else b"damaged")
        (tmp_path / "snapshot").mkdir(exist_ok=True)
        (tmp_path / "snapshot" / name).symlink_to(blob)
    read = []
    sha256 = hashlib.sha256
    monkeypatch.setattr(
        hub.hashlib, "sha256", lambda: read.append(1) or sha256()
    )
    folder = tmp_path / "snapshot"
    monkeypatch.setattr(
        huggingface_hub, "snapshot_download", lambda *_, **__: folder
    )
    for _ in range(2):
        assert fetch_repository("some/model", ["model.*"]) == folder
    assert len(read) == 1
