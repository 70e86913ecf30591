import pytest
from replicas import opencpop

from speechbrain_singer.corpora.opencpop import list_recordings


@pytest.fixture(autouse=True)
def only_warnings(caplog):
    """The files of other kinds are counted in the log, too."""
    caplog.set_level("WARNING")


@pytest.fixture
def miniature(tmp_path):
    opencpop.build(tmp_path)
    return tmp_path


def phrase(folder, line, name="2001000001"):
    """A corpus of one phrase."""
    path = folder / "segments" / "wavs" / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    (folder / "segments" / "train.txt").write_text(line, encoding="utf-8")
    return folder


def test_a_phrase_has_its_song_its_part_and_its_notes(miniature):
    rows = list_recordings(miniature)
    assert len(rows) == 8
    path = miniature / "segments" / "wavs" / "2086000001.wav"
    assert rows[4] == {
        "path": str(path),
        "singer": "opencpop",
        "sex": "female",
        "language": "Chinese",
        "song": "2086",
        "split": "test",
        "notes": [(0.0, 0.3, 58), (0.3, 0.5, 60), (0.5, 0.8, 62)],
    }
    assert [row["split"] for row in rows] == ["train"] * 4 + ["test"] * 4


def test_whole_songs_are_left_out_beside_their_phrases(miniature, caplog):
    rows = list_recordings(miniature)
    assert not any(row["path"].endswith("2001.wav") for row in rows)
    (warning,) = caplog.messages
    assert "8 of 3756 recordings are there" in warning


def test_whole_songs_alone_are_listed_without_notes(tmp_path, caplog):
    (tmp_path / "wavs").mkdir()
    (tmp_path / "wavs" / "2001.wav").touch()
    (row,) = list_recordings(tmp_path)
    assert (row["song"], row["notes"]) == ("2001", [])
    assert "1 of 100 recordings are there" in caplog.messages[0]


def test_a_breath_between_is_no_note(tmp_path):
    fields = "x", "a AP zh ang", "A4 rest B4 B4", "1 1 1 1", "1 .5 .25 .75"
    line = "|".join(("2001000001", *fields, "0 0 0 0"))
    (row,) = list_recordings(phrase(tmp_path, line))
    assert row["notes"] == [(0.0, 1.0, 69), (1.5, 2.5, 71)]


def test_transcriptions_without_parts_give_notes_and_no_parts(
    miniature, caplog
):
    for name in ("train.txt", "test.txt"):
        (miniature / "segments" / name).unlink()
    rows = list_recordings(miniature)
    assert {row["split"] for row in rows} == {""}
    assert all(len(row["notes"]) == 3 for row in rows)
    assert "8 phrases are neither in train.txt" in caplog.messages[-1]


@pytest.mark.parametrize(
    "line",
    [
        "2001000002|x|a|A4|1|1|0",
        "2001000001|x|a|A4|1",
        "2001000001|x|a a|A4|1|1|0",
        "2001000001|x|a|H4|1|1|0",
        "2001000001|x|a|A4|1|one|0",
    ],
)
def test_lines_that_lack_or_are_broken_are_told(tmp_path, caplog, line):
    (row,) = list_recordings(phrase(tmp_path, line))
    assert row["notes"] == []
    assert "no notes of 1 of 1 recordings" in caplog.messages[-1]


def test_a_list_in_another_encoding_is_named(miniature):
    (miniature / "segments" / "train.txt").write_text("我", encoding="gbk")
    with pytest.raises(ValueError, match=r"train\.txt, line 1: .*UTF-8"):
        list_recordings(miniature)


def test_the_archive_may_lie_deeper(tmp_path):
    line = "2001000001|x|a|A4|1|1|0"
    phrase(tmp_path / "Opencpop", line)
    (row,) = list_recordings(tmp_path)
    assert (row["split"], len(row["notes"])) == ("train", 1)


def test_what_is_not_named_so_is_left_out(miniature, caplog):
    for name in ("20010001.wav", "take.wav"):
        (miniature / "segments" / "wavs" / name).touch()
    assert len(list_recordings(miniature)) == 8
    assert "2 files not named as those of Opencpop" in caplog.messages[0]


def test_another_corpus_is_an_error(tmp_path):
    (tmp_path / "ann.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"wenet\.org\.cn/opencpop"):
        list_recordings(tmp_path)
