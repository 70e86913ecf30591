import logging
import sys

import numpy as np
import pytest

from speechbrain_singer.dataio.notes import read_notes
from speechbrain_singer.reports.transcription import write_note_files

NOTES = np.array([[0.5, 1.25, 60.0]])


def test_each_is_written_as_it_comes(tmp_path):
    pytest.importorskip("mido")

    def coming():
        yield "album/a", NOTES
        assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
            *("a.csv", "a.mid"),
        ]
        yield "b", NOTES[:0]

    assert write_note_files(tmp_path, coming()) == 2
    assert read_notes(tmp_path / "album" / "a.csv").tolist() == NOTES.tolist()
    assert read_notes(tmp_path / "b.csv").shape == (0, 3)


def test_nothing_is_written_outside_of_the_folder(tmp_path):
    write_note_files(tmp_path / "notes", [("../a", NOTES)])
    assert (tmp_path / "notes" / "(..)" / "a.csv").is_file()
    assert not list(tmp_path.glob("a.*"))


def test_without_mido_there_are_csv_files(tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "mido", None)
    with caplog.at_level(logging.WARNING):
        assert write_note_files(tmp_path, [("a", NOTES), ("b", NOTES)]) == 2
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.csv", "b.csv"]
    assert caplog.text.count("MIDI files need the package mido") == 1
