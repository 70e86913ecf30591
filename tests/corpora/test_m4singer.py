import json

import pytest
from replicas import m4singer

from speechbrain_singer.corpora.m4singer import SINGERS, list_recordings


def warnings_in(caplog):
    return [r.message for r in caplog.records if r.levelname == "WARNING"]


def one_phrase(folder, items, name="Alto-1#newboy"):
    path = folder / name / "0000.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    (folder / "meta.json").write_text(json.dumps(items), encoding="utf-8")
    (row,) = list_recordings(folder)
    return row


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    folder = tmp_path_factory.mktemp("m4singer")
    m4singer.build(folder)
    return folder


def test_a_folder_says_who_sings_what(replica):
    rows = {row["path"]: row for row in list_recordings(replica)}
    assert len(rows) == 10
    path = str(replica / "Tenor-7#美错" / "0000.wav")
    row = dict(rows[path])
    del row["notes"]
    assert row == {
        "path": path,
        "singer": "Tenor-7",
        "sex": "male",
        "register": "tenor",
        "song": "美错",
        "phrase": "0000",
    }
    path = str(replica / "Soprano-1#newboy" / "0000.wav")
    assert (rows[path]["sex"], rows[path]["register"]) == ("female", "soprano")


def test_sounds_of_a_note_are_one_note(replica):
    notes = list_recordings(replica)[0]["notes"]
    assert notes == [
        (0.0, 0.3, 60),
        (0.3, 0.5, 62),  # on the vowel of the first
        (0.6, 0.8, 64),  # behind a breath
        (0.8, 1.0, 64),  # as high and as long as the one before
    ]


def test_notes_are_known_under_the_authors_other_name(tmp_path):
    item = {"item_name": "Alto-1#newboy#0000", "notes_pitch": [0, 57]}
    item |= {"ph_dur": [0.25, 0.5], "notes_dur": [0.25, 0.5]}
    assert one_phrase(tmp_path, [item])["notes"] == [(0.25, 0.75, 57)]


def test_the_sounds_are_right_where_lengths_disagree(tmp_path):
    item = {"item_name": "Alto-1#newboy#0000", "notes": [57, 57, 59]}
    item |= {"ph_dur": [0.1, 0.2, 0.4], "notes_dur": [0.5, 0.5, 0.4]}
    notes = one_phrase(tmp_path, [item])["notes"]
    assert notes == [(0.0, 0.3, 57), (0.3, 0.7, 59)]


def test_without_notes_there_is_a_warning(tmp_path, caplog):
    path = tmp_path / "Alto-1#newboy" / "0000.wav"
    path.parent.mkdir()
    path.touch()
    (row,) = list_recordings(tmp_path)
    assert row["notes"] == []
    warning = warnings_in(caplog)[-1]
    assert "1 of 1 recordings without notes: no meta.json" in warning


def test_a_broken_item_costs_itself_only(tmp_path, caplog):
    broken = {"item_name": "Alto-1#newboy#0000", "notes": [57], "ph_dur": []}
    row = one_phrase(tmp_path, [broken | {"notes_dur": [1.0]}, "text"])
    assert row["notes"] == []
    assert "2 of its items cannot be read" in warnings_in(caplog)[-1]


def test_a_note_without_length_costs_the_notes_only(tmp_path, caplog):
    item = {"item_name": "Alto-1#newboy#0000", "notes": [57, 59]}
    item |= {"ph_dur": [0.5, 0.0], "notes_dur": [0.5, 0.5]}
    row = one_phrase(tmp_path, [item])
    assert row["notes"] == [] and "reason" not in row
    assert "1 of its items cannot be read" in warnings_in(caplog)[-1]


def test_a_broken_file_is_an_error(tmp_path):
    path = tmp_path / "Alto-1#newboy" / "0000.wav"
    path.parent.mkdir()
    path.touch()
    for text, reason in (("[{", "no JSON"), ("{}", "no list of items")):
        (tmp_path / "meta.json").write_text(text)
        with pytest.raises(ValueError, match=rf"meta\.json: {reason}"):
            list_recordings(tmp_path)


def test_escaped_names_are_read(tmp_path):
    item = {"item_name": "Alto-1#美错#0000", "notes": [57]}
    item |= {"ph_dur": [1.0], "notes_dur": [1.0]}
    row = one_phrase(tmp_path, [item], name="Alto-1##U7f8e#U9519")
    assert row["song"] == "美错"
    assert row["notes"] == [(0.0, 1.0, 57)]


def test_there_are_20_singers_and_the_missing_are_told(replica, caplog):
    assert len(SINGERS) == 20
    list_recordings(replica)
    (warning,) = warnings_in(caplog)
    assert "10 of 20896 recordings" in warning
    assert "15 of 20 singers are missing: Alto-3" in warning


def test_foreign_files_are_left_out_with_one_warning(tmp_path, caplog):
    names = "Alto-1#a/0000.wav", "Alto-1#a/x.wav", "Alto-9#a/0000.wav", "0.wav"
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert len(list_recordings(tmp_path)) == 1
    warning = warnings_in(caplog)[0]
    assert "3 files" in warning and "'0.wav'" in warning


def test_nothing_of_it_is_an_error(tmp_path):
    (tmp_path / "0000.wav").touch()
    with pytest.raises(FileNotFoundError, match="its authors give out"):
        list_recordings(tmp_path)
