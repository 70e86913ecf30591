import pytest
from replicas.dagstuhl_choirset import build

from speechbrain_singer.corpora.dagstuhl_choirset import list_recordings


@pytest.fixture
def tree(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    return tmp_path


def by_name(tree, **options):
    rows = list_recordings(tree, **options)
    return {row["path"].rsplit("/", 1)[1]: row for row in rows}


def test_a_track_has_the_labels_of_its_name(tree):
    home = tree / "DagstuhlChoirSet_V1.2.3" / "audio_wav_22050_mono"
    assert by_name(tree)["DCS_TP_FullChoir_Take03_B2_LRX.wav"] == {
        "path": str(home / "DCS_TP_FullChoir_Take03_B2_LRX.wav"),
        "singer": "B2",
        "song": "Tebe Poem",
        "section": "bass",
        "ensemble": "FullChoir",
        "take": "Take03",
        "microphone": "LRX",
        "mixture": str(home / "DCS_TP_FullChoir_Take03_Stereo_STM.wav"),
    }


def test_each_microphone_is_a_recording(tree, caplog):
    rows = by_name(tree)
    assert len(rows) == 18
    assert not [name for name in rows if "Stereo" in name]
    # An exercise by two microphones is not there; nothing else is foreign
    (warning,) = caplog.messages
    assert "18 of 20 recordings" in warning


def test_microphones_can_be_chosen(tree):
    rows = by_name(tree, microphones=["LRX"])
    assert len(rows) == 9
    assert {row["microphone"] for row in rows.values()} == {"LRX"}
    with pytest.raises(FileNotFoundError, match="HSM"):
        list_recordings(tree, microphones=["HSM"])


def test_the_kind_of_an_exercise_is_its_song(tree):
    home = tree / "DagstuhlChoirSet_V1.2.3" / "audio_wav_22050_mono"
    (home / "DCS_SE_QuartetA_CadenceMajor05_B1_DYN.wav").touch()
    row = by_name(tree)["DCS_SE_QuartetA_CadenceMajor05_B1_DYN.wav"]
    assert (row["song"], row["take"]) == ("CadenceMajor", "CadenceMajor05")
    assert "mixture" not in row  # its file is not there
