import pytest
import torch
from huggingface_hub.errors import LocalEntryNotFoundError

from speechbrain_singer.dataio import weights
from speechbrain_singer.dataio.weights import local_folder, read_weights


def test_a_folder_is_taken_as_it_is(tmp_path):
    assert local_folder(tmp_path, ["*.json"]) == tmp_path


def test_no_network(monkeypatch):
    def offline(repository, allow_patterns):
        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr(weights, "snapshot_download", offline)
    with pytest.raises(OSError, match=r"'some/model' is not a folder.*give a"):
        local_folder("some/model", ["*.json"])


def test_only_what_is_needed_is_fetched(monkeypatch, tmp_path):
    asked = []

    def download(repository, allow_patterns):
        asked.append((repository, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr(weights, "snapshot_download", download)
    assert local_folder("some/model", ["*.json"]) == tmp_path
    assert asked == [("some/model", ["*.json"])]


def test_weights_come_back(tmp_path):
    saved = {"weight": torch.randn(3), "step": 5}
    torch.save(saved, tmp_path / "a.ckpt")
    read = read_weights(tmp_path / "a.ckpt", "copy it anew")
    assert torch.equal(read["weight"], saved["weight"]) and read["step"] == 5


def test_missing_weights_are_named(tmp_path):
    path = tmp_path / "a.ckpt"
    with pytest.raises(
        FileNotFoundError, match="no such file: copy it"
    ) as error:
        read_weights(path, "copy it anew")
    assert str(path) in str(error.value)


def bits_lost(path):
    torch.save({"weight": torch.randn(1000)}, path)
    path.write_bytes(path.read_bytes()[:2000])


class Code:
    """What unpickling would run."""

    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize(
    "damage",
    [
        bits_lost,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("<html>not found</html>"),
        lambda path: path.mkdir(),
        lambda path: torch.save(Code(), path),
    ],
)
def test_damaged_weights_are_named(tmp_path, damage, capsys):
    path = tmp_path / "a.ckpt"
    damage(path)
    with pytest.raises(
        ValueError, match="damaged, or no weights: copy"
    ) as error:
        read_weights(path, "copy it anew")
    assert str(path) in str(error.value)
    assert capsys.readouterr().out == ""
