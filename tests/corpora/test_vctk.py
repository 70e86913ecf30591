import pytest
from replicas import vctk

from speechbrain_singer.corpora.vctk import SPEAKERS, list_recordings


def warnings_in(caplog):
    return [r.message for r in caplog.records if r.levelname == "WARNING"]


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vctk")
    vctk.build(folder)
    return folder


def test_one_microphone_is_listed(replica):
    rows = list_recordings(replica)
    assert len(rows) == 10
    assert all(row["path"].endswith("_mic1.flac") for row in rows)
    path = replica / "wav48_silence_trimmed" / "p226" / "p226_002_mic1.flac"
    assert rows[3] == {
        "path": str(path),
        "singer": "p226",
        "song": "002",
        "sex": "male",
        "accent": "English",
    }


def test_the_second_microphone_lacks_p280(replica):
    rows = list_recordings(replica, microphone="mic2")
    speakers = {row["singer"] for row in rows}
    assert speakers == {"p225", "p226", "p315", "s5"}
    assert all(row["path"].endswith("_mic2.flac") for row in rows)


def test_who_has_no_texts_and_who_is_no_p_is_listed(replica):
    rows = {row["singer"]: row for row in list_recordings(replica)}
    assert (rows["p315"]["sex"], rows["p315"]["accent"]) == ("male", "American")
    assert (rows["s5"]["sex"], rows["s5"]["accent"]) == ("female", "British")
    assert rows["p280"]["accent"] == "Unknown"


def test_what_is_missing_is_told(replica, caplog):
    list_recordings(replica)
    list_recordings(replica, microphone="mic2")
    first, second = warnings_in(caplog)
    assert "105 of 110 singers are missing" in first
    assert "105 of 109 singers are missing" in second


def test_there_are_110_speakers():
    assert len(set(SPEAKERS)) == 110


def test_the_folder_of_the_audio_does_too(replica):
    rows = list_recordings(replica / "wav48_silence_trimmed")
    assert rows[0]["sex"] == "female"


def test_speakers_nobody_tells_of_are_unknown(tmp_path, caplog):
    (tmp_path / "p225_001_mic1.wav").touch()
    (row,) = list_recordings(tmp_path)
    assert (row["sex"], row["accent"]) == ("", "")
    assert any("no speaker-info.txt" in text for text in warnings_in(caplog))


def test_ids_without_p_are_read(tmp_path):
    (tmp_path / "p225_001_mic1.flac").touch()
    info = "ID  AGE  GENDER  ACCENTS  REGION\n\n225  23  F    English\n"
    (tmp_path / "speaker-info.txt").write_text(info)
    (row,) = list_recordings(tmp_path)
    assert (row["sex"], row["accent"]) == ("female", "English")


def test_foreign_files_are_left_out_with_one_warning(tmp_path, caplog):
    for name in ("p225_001_mic1", "p225_001", "noise", "p225_001_mic3"):
        (tmp_path / f"{name}.flac").touch()
    assert len(list_recordings(tmp_path)) == 1
    warning = warnings_in(caplog)[0]
    assert "3 files" in warning and "'noise.flac'" in warning


def test_another_release_is_an_error(tmp_path):
    (tmp_path / "p225_001.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"VCTK-Corpus-0\.92\.zip"):
        list_recordings(tmp_path)


def test_the_other_microphone_alone_is_an_error(tmp_path):
    (tmp_path / "p280_001_mic1.flac").touch()
    with pytest.raises(FileNotFoundError, match="no recording by mic2"):
        list_recordings(tmp_path, microphone="mic2")


def test_an_unknown_microphone_is_an_error(replica):
    with pytest.raises(ValueError, match="'mic3'; there are mic1, mic2"):
        list_recordings(replica, microphone="mic3")
