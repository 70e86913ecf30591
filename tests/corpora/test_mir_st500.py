import json

import pytest
from replicas.mir_st500 import build

from speechbrain_singer.corpora.mir_st500 import list_recordings


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def annotate(folder, notes, name="MIR-ST500_corrected.json"):
    (folder / name).write_text(json.dumps(notes))


def warning_with(caplog, text):
    (warning,) = [line for line in caplog.messages if text in line]
    return warning


def test_the_miniature_is_read(tmp_path, caplog):
    build(tmp_path)
    rows = list_recordings(tmp_path)
    assert [(row["song"], row["split"]) for row in rows] == [
        *(("1", "train"), ("2", "train"), ("3", "train"), ("400", "train")),
        *(("401", "test"), ("500", "test")),
    ]
    folder = tmp_path / "test" / "401"
    assert rows[4] == {
        "path": str(folder / "Vocal.wav"),
        "singer": "",
        "song": "401",
        "split": "test",
        "mixture": str(folder / "Mixture.wav"),
        "accompaniment": str(folder / "Inst.wav"),
        "notes": [(0.1, 0.4, 60), (0.4, 0.9, 62)],
    }
    missing = warning_with(caplog, "not the whole corpus")
    assert "6 of 500 songs" in missing and "98 of them of the test" in missing
    assert "missing" in missing and ": 4, 5, 6, " in missing


@pytest.mark.parametrize(
    "name",
    [
        *("401/Vocal.wav", "test/401/vocals.wav", "test/401/Vocals.flac"),
        *("wav16kHz/test/401/vocals.wav", "wav16kHz/test/song401/vocals.wav"),
    ],
)
def test_layouts_of_others(tmp_path, name):
    touch(tmp_path, name)
    (row,) = list_recordings(tmp_path)
    assert (row["path"], row["song"]) == (str(tmp_path / name), "401")
    assert "mixture" not in row


def test_a_mixture_of_the_same_length_goes_first(tmp_path):
    touch(tmp_path, "1/Vocal.wav", "1/Mixture.mp3", "1/converted_Mixture.wav")
    touch(tmp_path, "2/vocals.wav", "2/Mixture.mp3", "2/accompaniment.wav")
    first, second = list_recordings(tmp_path)
    assert first["mixture"] == str(tmp_path / "1/converted_Mixture.wav")
    assert first["accompaniment"] == ""
    assert second["mixture"] == str(tmp_path / "2/Mixture.mp3")
    assert second["accompaniment"] == str(tmp_path / "2/accompaniment.wav")


def test_what_is_missing_is_named(tmp_path, caplog):
    there = set(range(1, 501)) - {7, 350, 499}
    touch(tmp_path, *(f"{song}/Vocal.wav" for song in there))
    assert len(list_recordings(tmp_path)) == 497
    missing = warning_with(caplog, "not the whole corpus")
    assert missing.endswith(
        "497 of 500 songs are there; missing, 1 of them of the test part: "
        "7, 350, 499"
    )


def test_a_whole_corpus_is_not_mentioned(tmp_path, caplog):
    touch(tmp_path, *(f"{song}/Vocal.wav" for song in range(1, 501)))
    annotate(tmp_path, {str(song): [[0, 1, 60]] for song in range(1, 501)})
    assert len(list_recordings(tmp_path)) == 500
    assert not [text for text in caplog.messages if "no audio" not in text]


def test_songs_without_vocals_are_told(tmp_path, caplog):
    touch(tmp_path, "train/1/Vocal.wav", "train/2/Mixture.mp3")
    (row,) = list_recordings(tmp_path)
    assert row["song"] == "1"
    assert warning_with(caplog, "separated vocals").endswith("left out: 2")


def test_foreign_files_are_counted(tmp_path, caplog):
    touch(tmp_path, "1/Vocal.wav", "wav16kHz/train/1/vocals.wav")
    touch(tmp_path, "501/Vocal.wav", "demo/Vocal.wav", "1/drums.wav")
    (row,) = list_recordings(tmp_path)
    assert row["path"] == str(tmp_path / "1/Vocal.wav")
    assert "3 files not named" in warning_with(caplog, "MIR-ST500 are")
    copies = warning_with(caplog, "another one")
    assert "1 files" in copies and "wav16kHz/train/1/vocals.wav" in copies


def test_another_folder_is_an_error(tmp_path):
    touch(tmp_path, "demo/Vocal.wav")
    with pytest.raises(FileNotFoundError, match=r"get_youtube\.py"):
        list_recordings(tmp_path)


def test_mixtures_alone_are_an_error(tmp_path):
    touch(tmp_path, "train/1/Mixture.mp3", "train/2/Mixture.mp3")
    with pytest.raises(FileNotFoundError, match="2 songs, and of none"):
        list_recordings(tmp_path)


def test_notes_of_the_other_file(tmp_path):
    touch(tmp_path, "wav16kHz/train/1/vocals.wav")
    annotate(tmp_path, {"1": [["0.5", "1.25", "61.0"]]}, "Annotations.json")
    (row,) = list_recordings(tmp_path)
    assert row["notes"] == [(0.5, 1.25, 61)]
    annotate(tmp_path, {"1": [[2, 3, 61], [0, 1, 60.5]]})
    (row,) = list_recordings(tmp_path)
    assert row["notes"] == [(0.0, 1.0, 60.5), (2.0, 3.0, 61)]


def test_notes_without_a_length_are_left_out(tmp_path, caplog):
    touch(tmp_path, "1/Vocal.wav", "2/Vocal.wav")
    annotate(tmp_path, {"1": [[1, 1, 60], [1, 2, 61], [3, 2.5, 62]], "2": []})
    first, second = list_recordings(tmp_path)
    assert (first["notes"], second["notes"]) == ([(1.0, 2.0, 61)], [])
    assert "2 notes" in warning_with(caplog, "end where they begin")
    assert "1 songs have no notes: 2" in warning_with(caplog, "have no notes")


def test_without_annotations_no_row_has_notes(tmp_path, caplog):
    touch(tmp_path, "1/Vocal.wav")
    (row,) = list_recordings(tmp_path)
    assert row["notes"] == []
    assert "york135" in warning_with(caplog, "no recording has notes")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[", "no JSON"),
        ("[]", "songs and their notes"),
        ('{"1": 3}', "song 1: must be a list"),
        ('{"1": [[0, 1]]}', r"song 1: \[0, 1\] is no onset"),
        ('{"1": [[0, 1, NaN]]}', "song 1: .* is no onset"),
        ('{"1": [[-1, 1, 60]]}', "song 1: .* is no onset"),
        ('{"1": [null]}', "song 1: None is no onset"),
    ],
)
def test_broken_annotations_are_an_error(tmp_path, text, what):
    touch(tmp_path, "1/Vocal.wav")
    (tmp_path / "MIR-ST500_corrected.json").write_text(text)
    with pytest.raises(ValueError, match=what):
        list_recordings(tmp_path)
