import numpy as np
import pytest
import soundfile
from replicas import mir_1k

from speechbrain_singer.corpora.mir_1k import SINGERS, list_recordings


@pytest.fixture(autouse=True)
def only_warnings(caplog):
    """The files of other kinds are counted in the log, too."""
    caplog.set_level("WARNING")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mir_1k")
    mir_1k.build(folder)
    return folder


def write(path, channels=2):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full((100, channels), 0.25), 16000)


def test_a_clip_has_its_voice_and_its_accompaniment(built, caplog):
    rows = list_recordings(built)
    assert len(rows) == 16
    assert "MIR-1K" in caplog.messages[0]
    assert "8 files that are whole songs" in caplog.messages[0]
    assert "16 files not named as those of MIR-1K" in caplog.messages[0]
    mixture = built / "Wavfile" / "amy_2_01.wav"
    (row,) = [row for row in rows if row["mixture"] == str(mixture)]
    labels = {key: row[key] for key in ("singer", "song", "clip")}
    assert labels == {"singer": "amy", "song": "amy_2", "clip": "01"}
    left, right = soundfile.read(mixture)[0].T
    for stem, expected in (("path", right), ("accompaniment", left)):
        found, rate = soundfile.read(row[stem])
        assert rate == 16000
        np.testing.assert_allclose(found, expected, atol=1e-4)
    assert np.abs(left - right).max() > 0.01


def test_nothing_is_converted_twice(built):
    before = [row["path"] for row in list_recordings(built)]
    times = [built.joinpath(path).stat().st_mtime_ns for path in before]
    after = [row["path"] for row in list_recordings(built)]
    assert before == after
    assert times == [built.joinpath(path).stat().st_mtime_ns for path in after]


def test_songs_are_listed_on_demand(built, caplog):
    rows = list_recordings(built, undivided=True)
    assert len(rows) == 8
    assert "16 files that are clips of songs" in caplog.messages[0]
    assert "8 of 110 recordings are there" in caplog.messages[1]
    assert {row["clip"] for row in rows} == {""}
    assert rows[0]["mixture"].endswith("UndividedWavfile/Ani_1.wav")


def test_the_folder_may_be_relative(built, monkeypatch):
    monkeypatch.chdir(built)
    rows = list_recordings(".")
    assert all(row["path"].startswith(str(built)) for row in rows)


def test_what_is_missing_is_told(tmp_path, caplog):
    for singer in SINGERS:
        write(tmp_path / "MIR-1K" / "wavfile" / f"{singer}_1_01.wav")
    assert len(list_recordings(tmp_path)) == 19
    (warning,) = caplog.messages
    assert "19 of 1000 recordings are there" in warning
    assert "singers" not in warning


def test_a_file_without_a_second_channel_is_skipped(tmp_path):
    write(tmp_path / "Wavfile" / "amy_1_01.wav")
    write(tmp_path / "Wavfile" / "amy_1_02.wav", channels=1)
    recording, skipped = list_recordings(tmp_path)
    assert recording["clip"] == "01"
    assert skipped["path"].endswith("amy_1_02.wav")
    assert "has no channel 2" in skipped["reason"]


def test_spoken_lyrics_alone_are_an_error(tmp_path):
    write(tmp_path / "LyricsWav" / "amy_1_01.wav")
    with pytest.raises(FileNotFoundError, match=r"Wavfile/abjones_1_01\.wav"):
        list_recordings(tmp_path)
