import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from speechbrain_singer.baselines import sources
from speechbrain_singer.baselines.sources import local_folder


def test_a_folder_is_taken_as_it_is(tmp_path):
    assert local_folder(tmp_path, ["*.json"]) == tmp_path


def test_no_network(monkeypatch):
    def offline(repository, allow_patterns):
        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr(sources, "snapshot_download", offline)
    with pytest.raises(OSError, match=r"'some/model' is not a folder.*give a"):
        local_folder("some/model", ["*.json"])


def test_only_what_is_needed_is_fetched(monkeypatch, tmp_path):
    asked = []

    def download(repository, allow_patterns):
        asked.append((repository, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr(sources, "snapshot_download", download)
    assert local_folder("some/model", ["*.json"]) == tmp_path
    assert asked == [("some/model", ["*.json"])]
