import os

import pytest

from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.separation.mixtures import find_mixtures
from speechbrain_singer.separation.table import write_table


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_names_lie_below_the_data_folder(tmp_path):
    touch(tmp_path, "Ann/live/1.wav", "Ann/live/1.mp3", "x.m4a")
    rows = find_mixtures("folder", tmp_path, {}, tmp_path / "out")
    names = [row["ID"] for row in rows]
    assert names == ["Ann/live/1.mp3", "Ann/live/1.wav", "x.m4a"]
    assert rows[0]["song"] == "live/1"
    assert rows[0]["mixture"] == str(tmp_path / "Ann" / "live" / "1.mp3")


def test_of_several_corpora_the_names_say_whose_they_are(tmp_path):
    touch(tmp_path, "one/Ann/1.wav", "two/Ann/1.wav")
    folders = f"{tmp_path}/one,{tmp_path}/two"
    rows = find_mixtures("folder,folder", folders, {}, tmp_path / "out")
    names = [row["ID"] for row in rows]
    assert names == ["folder/Ann/1.wav", "folder2/Ann/1.wav"]
    assert rows[1]["singer"] == "folder2:Ann"


def test_what_was_written_is_no_mixture(tmp_path):
    touch(tmp_path, "Ann/1.wav", "out/vocals/Ann/1.wav.flac")
    (row,) = find_mixtures("folder", tmp_path, {}, tmp_path / "out")
    assert row["ID"] == "Ann/1.wav"


@pytest.fixture
def corpus(monkeypatch):
    """Stands for a corpus that lists what is given."""

    def corpus(*recordings):
        class Source:
            def recordings(self):
                return recordings

            def name_of(self, path):
                return os.path.relpath(path, "/data")

        monkeypatch.setattr(
            "speechbrain_singer.separation.mixtures.find_sources",
            lambda *_: [Source()],
        )
        return find_mixtures("x", "/data", {}, "/out")

    return corpus


def test_a_mixture_that_a_corpus_names_is_taken(corpus):
    recording = {"path": "/data/v/1.wav", "mixture": "/data/m/1.wav"}
    (row,) = corpus(recording | {"notes": [(0, 1, 60)], "album": "A"})
    assert row == {"ID": "m/1.wav", "mixture": "/data/m/1.wav", "album": "A"}


def test_a_mixture_of_several_recordings_is_listed_once(corpus):
    """Of a choir it has many singers."""
    song = {"mixture": "/data/m/1.wav", "song": "1"}
    rows = corpus(
        song | {"path": "/data/v/a.wav", "singer": "a"},
        song | {"path": "/data/v/b.wav", "singer": "b"},
        {"path": "/data/v/c.wav", "mixture": "", "singer": "c"},
    )
    assert rows == [
        {"ID": "m/1.wav", "mixture": "/data/m/1.wav", "song": "1"},
        {"ID": "v/c.wav", "mixture": "/data/v/c.wav", "singer": "c"},
    ]


def test_nothing_is_written_beside_the_output_folder(corpus):
    rows = corpus({"path": "/music/1.wav"}, {"path": "/data/music/1.wav"})
    assert [row["ID"] for row in rows] == ["music/1.wav"] * 2
    assert "reason" not in rows[0]
    assert rows[1]["reason"].startswith("has the name that /music/1.wav has")


def test_reasons_are_kept_and_names_that_are_not_utf_8_have_one(corpus):
    broken = {"path": "/data/link", "reason": "broken link"}
    rows = corpus(broken, {"path": "/data/caf\udce9.wav"})
    reasons = [row["reason"] for row in rows]
    assert reasons == ["broken link", "name is not UTF-8: rename it"]


def test_the_table_has_labels_and_reasons(tmp_path, caplog):
    done = {"ID": "a", "path": "vocals/a.flac", "sung": 0.5, "album": "x, y"}
    bad = {"ID": "caf\udce9", "mixture": "caf\udce9", "reason": "bad: very"}
    path = write_table(tmp_path, [done, bad])
    rows = [row for _, row in read_csv(path, ["ID", "album", "reason"])]
    assert (rows[0]["sung"], rows[0]["album"]) == ("0.5", "x, y")
    assert (rows[1]["path"], rows[1]["reason"]) == ("", "bad: very")
    assert "1 of 2 mixtures are left out: 1 bad; listed in" in caplog.text


def test_if_nothing_was_separated_the_table_says_so(tmp_path):
    bad = {"ID": "a.wav", "mixture": "/x/a.wav", "reason": "the file is empty"}
    message = "none of 1 mixtures .*separated.csv, the first:\n  /x/a.wav: the"
    with pytest.raises(ValueError, match=message):
        write_table(tmp_path, [bad])
    assert "the file is empty" in (tmp_path / "separated.csv").read_text()
