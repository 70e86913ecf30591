import pytest
from replicas import csv as replica

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.corpora.csv_table import list_recordings
from speechbrain_singer.dataio.manifest import read_manifest

COLUMNS = {"path": "file", "singer": "artist_name", "song": "title"}


def write(folder, text, files=("a.wav",), name="recordings.csv"):
    for file in files:
        (folder / file).touch()
    (folder / name).write_bytes(text if type(text) is bytes else text.encode())
    return folder


def test_columns_are_ours_or_keep_their_names(tmp_path, caplog):
    replica.build(tmp_path)
    columns = {**COLUMNS, "album": "record", "sex": "gender"}
    rows = list_recordings(tmp_path, "songs.csv", columns)
    assert len(rows) == 9
    assert rows[0] == {
        "path": str(tmp_path / "audio" / "ann 1.wav"),
        "singer": "Ann",
        "song": "Song 1",
        "album": "First",
        "sex": "female",
        "bpm": "90",
    }
    assert rows[-1] == {
        "path": str(tmp_path / "audio" / "lost.wav"),
        "reason": "no such file: line 10 of songs.csv",
    }
    (warning,) = caplog.messages
    assert "left out" in warning and "'duration'" in warning


def test_a_weight_is_no_share_of_clips(tmp_path, caplog):
    (tmp_path / "a.wav").touch()
    (tmp_path / "a.csv").write_text("path,singer,weight\na.wav,Ann,72 kg\n")
    (row,) = list_recordings(tmp_path, "a.csv")
    assert "weight" not in row and "'weight'" in caplog.text
    (row,) = list_recordings(tmp_path, "a.csv", {"kilograms": "weight"})
    assert row["kilograms"] == "72 kg"


def test_a_manifest_is_made_of_it(tmp_path):
    replica.build(tmp_path)
    options = {"table": "songs.csv", "columns": COLUMNS}
    corpus = Corpus("csv", tmp_path, tmp_path / "manifest", options)
    rows = read_manifest(corpus.prepare().manifest, "gender", "bpm")
    assert [row["ID"] for row in rows][:2] == [
        "audio/ann 1.wav",
        "audio/ann 2.wav",
    ]
    assert rows[0]["duration"] == 1.0
    assert len(rows) == 8


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_headers_say_what_stands_between_fields(tmp_path, delimiter):
    lines = ["path,singer,song", 'a.wav,Ann,"x, y; z"']
    head, line = (text.replace(",", delimiter, 2) for text in lines)
    write(tmp_path, "\ufeff" + head + "\r\n" + line + "\r\n")
    (row,) = list_recordings(tmp_path)
    assert (row["singer"], row["song"]) == ("Ann", "x, y; z")


def test_paths_are_below_the_folder_or_absolute(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.wav").touch()
    text = f"path, singer\n./a.wav, Ann \n{other}/b.wav,Bob\n"
    rows = list_recordings(write(tmp_path, text))
    assert [row["path"] for row in rows] == [
        str(tmp_path / "a.wav"),
        str(other / "b.wav"),
    ]
    assert [row["singer"] for row in rows] == ["Ann", "Bob"]


def test_the_table_may_lie_elsewhere(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write(data, "", name="nothing.csv")
    write(tmp_path, "path\na.wav\n", files=(), name="t.csv")
    (row,) = list_recordings(data, str(tmp_path / "t.csv"))
    assert row["path"] == str(data / "a.wav")


def test_parts_and_sexes_have_our_names(tmp_path):
    text = "path,singer,split,sex\na.wav,A,Training,M\nb.wav,B,dev,other\n"
    rows = list_recordings(write(tmp_path, text, ("a.wav", "b.wav")))
    assert [(row["split"], row["sex"]) for row in rows] == [
        ("train", "male"),
        ("valid", "other"),
    ]


def test_stems_are_found_beside_the_vocals(tmp_path):
    text = "path,singer,mix\na.wav,A,m.wav\nb.wav,B,\nc.wav,C,no.wav\n"
    files = ("a.wav", "b.wav", "c.wav", "m.wav")
    rows = list_recordings(
        write(tmp_path, text, files), columns={"mixture": "mix"}
    )
    assert rows[0]["mixture"] == str(tmp_path / "m.wav")
    assert rows[1]["mixture"] == ""
    assert rows[2]["reason"].startswith("no such mixture: ")


def test_notes_are_read_from_files_of_their_own(tmp_path, caplog):
    text = "path,singer,score\na.wav,A,a.csv\nb.wav,B,no.csv\nc.wav,C,\n"
    write(tmp_path, text, ("a.wav", "b.wav", "c.wav"))
    (tmp_path / "a.csv").write_text(replica.NOTES)
    rows = list_recordings(tmp_path, columns={"notes": "score"})
    assert [row["notes"] for row in rows] == [
        [(0.1, 0.4, 60.0), (0.5, 0.9, 62.0)],
        [],
        [],
    ]
    (warning,) = caplog.messages
    assert "1 recordings have no notes" in warning and "no.csv" in warning


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("0.1,x,60", "line 2: could not convert"),
        ("0.4,0.1,60", "note 1, .*: ends before"),
        ("0.1,nan,60", "note 1, .*: has no time"),
        ("0.1,0.4", "line 2: 2 fields"),
    ],
)
def test_broken_notes_cost_their_recording(tmp_path, note, said):
    text = "path,singer,notes\na.wav,A,a.csv\nb.wav,B,\n"
    write(tmp_path, text, ("a.wav", "b.wav"))
    (tmp_path / "a.csv").write_text(f"onset,offset,pitch\n{note}\n")
    broken, whole = list_recordings(tmp_path)
    assert broken["path"] == str(tmp_path / "a.wav")
    with pytest.raises(ValueError, match=f"broken notes: .*a.csv(, |: ){said}"):
        raise ValueError(broken["reason"])
    assert whole["notes"] == []


def test_a_row_without_a_path_and_one_named_twice_are_told(tmp_path):
    text = "path,singer\na.wav,A\n,B\n./a.wav,C\n"
    rows = list_recordings(write(tmp_path, text))
    assert [row.get("reason") for row in rows] == [
        None,
        "named twice: in lines 2 and 4",
        "no path in the table",
    ]
    assert rows[2]["path"] == "line 3 of recordings.csv"


def test_a_table_without_singers_is_told(tmp_path, caplog):
    (row,) = list_recordings(write(tmp_path, "path,artist\na.wav,Ann\n"))
    assert (row["singer"], row["artist"]) == ("", "Ann")
    (warning,) = caplog.messages
    assert "no column 'singer'" in warning and "path, artist" in warning


def test_what_the_manifest_has_itself_is_left_out(tmp_path, caplog):
    head = ",path,singer,ID,wav,reason,weight,name\n"
    write(tmp_path, head + "0,a.wav,Ann,1,2,3,70 kg,Bo\n")
    (row,) = list_recordings(tmp_path, columns={"singer": "name"})
    path = str(tmp_path / "a.wav")
    assert row == {"path": path, "singer": "Bo", "song": ""}
    (warning,) = caplog.messages
    assert "'', 'singer', 'ID', 'wav', 'reason', 'weight';" in warning


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("file\na.wav\n", None, "line 1: no column 'path'; it has file: say"),
        (
            "path\na.wav\n",
            {"singer": "artist"},
            "line 1: no column 'artist', which is to be the singer; it has",
        ),
        ("path,path\na,b\n", None, "line 1: the column 'path' stands twice"),
        ("path\n", None, "no row below the headers: add one"),
        ("", None, "line 1: no column 'path'; it has none"),
        ("path,singer\na.wav,A,B\n", None, "line 2: 3 fields, .* mend"),
        ("path\na.wav\n".encode("utf-16"), None, "line 1: not text in UTF-8"),
        (b"path\nZo\xeb.wav\n", None, "line 2: not text in UTF-8"),
    ],
)
def test_what_is_broken_is_named_with_file_and_line(
    tmp_path, text, columns, said
):
    write(tmp_path, text)
    with pytest.raises(ValueError, match=rf"recordings\.csv(:|,) ?{said}"):
        list_recordings(tmp_path, columns=columns)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["path"], "must be our names and those of the table"),
        ({"path": 1}, "must be our names and those of the table"),
        ({"ID": "path"}, "'ID' is a name of the manifest's own"),
    ],
)
def test_a_mapping_is_checked(tmp_path, columns, said):
    write(tmp_path, "path\na.wav\n")
    with pytest.raises(ValueError, match=said):
        list_recordings(tmp_path, columns=columns)


def test_a_wrong_folder_is_an_error(tmp_path):
    write(tmp_path, "", files=(), name="songs.csv")
    with pytest.raises(FileNotFoundError, match=r"has songs\.csv: name the"):
        list_recordings(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder"):
        list_recordings(tmp_path / "nowhere")


def test_a_table_whose_files_are_all_missing_is_an_error(tmp_path):
    write(tmp_path, "path\na.wav\nb.wav\n", files=())
    with pytest.raises(FileNotFoundError, match="none of its 2 recordings"):
        list_recordings(tmp_path)
