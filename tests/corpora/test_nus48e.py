import pytest
from replicas import nus48e

from speechbrain_singer.corpora.nus48e import SINGERS, list_recordings


def touch(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def warnings_in(caplog):
    return [r.message for r in caplog.records if r.levelname == "WARNING"]


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nus48e")
    nus48e.build(folder)
    return folder


def test_songs_are_sung_and_read(replica):
    rows = list_recordings(replica)
    assert len(rows) == 16
    path = replica / "nus-smc-corpus_48" / "ADIZ" / "read" / "01.wav"
    assert rows[0] == {
        "path": str(path),
        "singer": "ADIZ",
        "song": "01",
        "voice": "read",
    }


@pytest.mark.parametrize("voice", ["sing", "read"])
def test_one_voice_is_taken_alone(replica, voice):
    rows = list_recordings(replica, voice=voice)
    assert len(rows) == 8
    assert {row["voice"] for row in rows} == {voice}


def test_a_whole_archive_is_not_mentioned(tmp_path, caplog):
    for singer in SINGERS:
        for song in ("01", "02", "03", "04"):
            for voice in ("sing", "read"):
                touch(tmp_path, f"{singer}/{voice}/{song}.wav")
    assert len(list_recordings(tmp_path)) == 96
    assert len(list_recordings(tmp_path, voice="sing")) == 48
    assert warnings_in(caplog) == []


def test_what_is_missing_is_told(replica, caplog):
    list_recordings(replica, voice="sing")
    (warning,) = warnings_in(caplog)
    assert "16 of 96 recordings" in warning
    assert "8 of 12 singers are missing: JTAN" in warning


def test_case_and_ending_are_free(tmp_path):
    touch(tmp_path, "adiz/Sing/01.flac")
    (row,) = list_recordings(tmp_path)
    assert (row["singer"], row["voice"]) == ("ADIZ", "sing")


def test_foreign_files_are_left_out_with_one_warning(tmp_path, caplog):
    touch(
        tmp_path,
        "ADIZ/sing/01.wav",
        "ADIZ/sing/01_trimmed.wav",
        "ADIZ/hum/01.wav",
        "ME/sing/01.wav",
    )
    assert len(list_recordings(tmp_path)) == 1
    warning = warnings_in(caplog)[0]
    assert "3 files" in warning and "'01.wav'" in warning


def test_what_is_not_there_is_an_error(tmp_path):
    touch(tmp_path, "ADIZ/sing/01.wav")
    with pytest.raises(FileNotFoundError, match="nothing in a folder 'read'"):
        list_recordings(tmp_path, voice="read")


def test_an_unknown_voice_is_an_error(replica):
    with pytest.raises(ValueError, match="'speech'; it must be sing, read"):
        list_recordings(replica, voice="speech")
