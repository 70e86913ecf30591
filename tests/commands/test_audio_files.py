import os

import pytest

from speechbrain_singer.commands.audio_files import audio_files


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Where the command line is typed."""
    for name in ("ann/deep/1.wav", "ann/2.FLAC", "ann/notes.txt", "[x].wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "twin.wav").symlink_to("ann/2.FLAC")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("tree")
def test_names_stay_as_they_were_typed():
    assert audio_files(["ann"]) == ["ann/2.FLAC", "ann/deep/1.wav"]
    assert audio_files(["./ann/*.FLAC"]) == ["./ann/2.FLAC"]
    assert audio_files(["a*/**/*.wav"]) == ["ann/deep/1.wav"]
    # It is there, and no pattern; a file may have any ending
    assert audio_files(["[x].wav"]) == ["[x].wav"]
    assert audio_files(["ann/notes.txt"]) == ["ann/notes.txt"]


@pytest.mark.usefixtures("tree")
def test_each_file_counts_once():
    found = audio_files(["twin.wav", "ann", "ann/deep/1.wav"])
    assert found == ["twin.wav", "ann/deep/1.wav"]


@pytest.mark.usefixtures("tree")
def test_what_is_missing_is_refused():
    os.mkdir("empty")
    for name in ("bob", "b*", "empty", "em*"):
        with pytest.raises(FileNotFoundError, match=name.rstrip("*")):
            audio_files([name])
