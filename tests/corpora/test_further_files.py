"""Recordings of several files, and with notes."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from speechbrain_singer.corpora import CORPORA, Corpus
from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.notes import read_notes, write_notes
from speechbrain_singer.dataio.splits import Split

NOTES = [(0.0, 0.25, 60), (0.25, 0.5, 62.5)]


def write(path, seconds=0.5):
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = np.sin(np.arange(int(seconds * 8000)) / 9) / 2
    soundfile.write(path, tone, 8000)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Rows of a corpus that the test fills: Corpus, listed."""
    listed = []
    module = ModuleType("a_corpus")
    module.list_recordings = lambda data_folder: listed
    monkeypatch.setitem(sys.modules, "a_corpus", module)
    monkeypatch.setitem(CORPORA, "own", "a_corpus")
    for singer in "ab":
        files = {}
        for column in ("path", "mixture", "accompaniment"):
            path = tmp_path / "audio" / singer / f"{column}.wav"
            write(path)
            files[column] = str(path)
        row = {"singer": singer, "song": "1", "notes": NOTES}
        listed.append(files | row)
    save = tmp_path / "save"
    return Corpus("own", tmp_path / "audio", save, split=Split(0, 0)), listed


def skipped(paths):
    return {
        row["path"]: row["reason"] for _, row in read_csv(paths.skipped, [])
    }


def test_all_files_of_a_row_are_found(corpus, tmp_path):
    rows = read_manifest(corpus[0].prepare().train)
    for row, singer in zip(rows, "ab", strict=True):
        folder = tmp_path / "audio" / singer
        assert row["wav"] == str(folder / "path.wav")
        assert row["mixture"] == str(folder / "mixture.wav")
        assert row["accompaniment"] == str(folder / "accompaniment.wav")
        assert read_notes(row["notes"]).tolist() == [list(n) for n in NOTES]


@pytest.mark.parametrize("column", ["path", "mixture", "accompaniment"])
def test_each_file_counts(corpus, column):
    corpus, listed = corpus
    before = open(corpus.prepare().manifest).read()
    with open(listed[0][column], "wb") as file:
        file.write(b"no audio")
    paths = corpus.prepare()
    assert open(paths.manifest).read() != before
    reason = skipped(paths)[listed[0]["path"]]
    assert "not an audio file" in reason
    assert (listed[0][column] in reason) == (column != "path")
    assert [row["singer"] for row in read_manifest(paths.train)] == ["b"]


def test_a_file_of_another_length_is_named(corpus, tmp_path):
    corpus, listed = corpus
    write(tmp_path / "audio" / "a" / "mixture.wav", seconds=1.5)
    reason = skipped(corpus.prepare())[listed[0]["path"]]
    assert reason.startswith("mixture: ")
    assert "of another length: 1.500 s, but the recording has 0.500 s" in reason


def test_a_row_may_lack_a_file(corpus):
    corpus, listed = corpus
    listed[0]["mixture"] = ""
    rows = read_manifest(corpus.prepare().train)
    assert rows[0]["mixture"] == "" and rows[1]["mixture"]


def test_lost_notes_are_written_again(corpus):
    rows = read_manifest(corpus[0].prepare().train)
    Path(rows[1]["notes"]).unlink()
    rows = read_manifest(corpus[0].prepare().train)
    assert read_notes(rows[1]["notes"]).tolist() == [list(n) for n in NOTES]


def test_the_users_own_notes_stay(tmp_path):
    """The manifests lie where the corpus does, and so do its notes."""
    write(tmp_path / "data" / "x" / "a.wav")
    write(tmp_path / "x" / "a.wav")
    for name, pitch in (("in", 60), ("out", 62)):
        path = tmp_path / "data" / "notes" / f"{name}.csv"
        write_notes(path, [(0.0, 0.5, pitch)])
    (tmp_path / "data" / "recordings.csv").write_text(
        "path,singer,notes\nx/a.wav,a,notes/in.csv\n"
        "../x/a.wav,b,notes/out.csv\n"
    )
    folder = tmp_path / "data"
    paths = Corpus("csv", folder, folder, split=Split(0, 0)).prepare()
    pitch = {}
    for row in read_manifest(paths.train):
        assert Path(row["notes"]).resolve().is_relative_to(folder / "notes")
        pitch[row["singer"]] = read_notes(row["notes"])[0, 2]
    assert pitch == {"a": 60, "b": 62}
    assert read_notes(folder / "notes" / "in.csv")[0, 2] == 60


def test_notes_that_cannot_be_are_told(corpus):
    corpus, listed = corpus
    listed[1]["notes"] = [(0.0, 0.25, 60), (0.5, 0.25, 62)]
    paths = corpus.prepare()
    reason = skipped(paths)[listed[1]["path"]]
    assert "note 2" in reason and "ends before it starts" in reason
    # Of whom is left out no notes are written
    folder = corpus.manifest_folder / "notes"
    assert [p.name for p in folder.glob("**/*.csv")] == ["path.wav.csv"]
    listed[0]["notes"] = [(0.0, 0.5, 50)]
    listed[1]["notes"] = []
    rows = read_manifest(corpus.prepare().train)
    assert read_notes(rows[0]["notes"]).tolist() == [[0.0, 0.5, 50.0]]
    assert read_notes(rows[1]["notes"]).shape == (0, 3)
