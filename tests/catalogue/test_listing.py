import os

import pytest

from speechbrain_singer.catalogue.listing import key_of, list_recordings


@pytest.fixture
def songs(tmp_path):
    """A folder of empty files; nothing here is heard."""
    for name in ("b.wav", "ann/a.flac", "ann/cover.jpg", "c.wav"):
        path = tmp_path / "songs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "songs"


def names(rows):
    return [os.path.basename(row["wav"]) for row in rows]


def test_inputs_in_order_and_each_recording_once(songs, monkeypatch):
    given = [songs / "c.wav", songs, f"{songs}/*.wav"]
    assert names(list_recordings(given)) == ["c.wav", "a.flac", "b.wav"]
    monkeypatch.chdir(songs)
    (row,) = list_recordings(["c.wav"])
    assert row == {"wav": str(songs / "c.wav")}
    assert names(list_recordings(["**/*.flac", "*.wav"])) == [
        *("a.flac", "b.wav", "c.wav")
    ]


def test_a_manifest_keeps_its_labels_and_stretches(songs):
    manifest = songs / "list.csv"
    manifest.write_text(
        f"wav,start,stop,singer\n{songs}/b.wav,0,100,Ann\n"
        f"{songs}/b.wav,100,200,Zoë\n$manifest/c.wav,,,\n",
        encoding="utf-8",
    )
    rows = list_recordings([manifest, songs / "c.wav"])
    assert [row["singer"] for row in rows] == ["Ann", "Zoë", ""]
    assert [key_of(row)[1:] for row in rows] == [
        *(("0", "100"), ("100", "200"), ("", ""))
    ]
    assert rows[2]["wav"] == str(songs / "c.wav")


@pytest.mark.parametrize(
    "text, said",
    [
        ("path\na.wav\n", "no column wav"),
        ("wav,embedding_0\na.wav,1\n", "column 'embedding_0'"),
        ('wav\n""\n', "line 2: wav is empty"),
        ("wav,start\na.wav,-1\n", "line 2: start is '-1'"),
    ],
)
def test_a_broken_manifest_is_refused(text, said, tmp_path):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ValueError, match=rf"list\.csv.*{said}"):
        list_recordings([tmp_path / "list.csv"])


@pytest.mark.parametrize("name", ["none.wav", "none/*.wav", "empty"])
def test_what_is_not_there_is_refused(name, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=name.replace("*", r"\*")):
        list_recordings([tmp_path / name])


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_refused(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"Zo\xeb.wav")
    with open(path, "wb"):
        pass
    with pytest.raises(ValueError, match=r"Zo.*udceb.*not UTF-8"):
        list_recordings([tmp_path])
