import numpy as np
import pytest
import soundfile
from replicas.ikala import build

from speechbrain_singer.corpora.ikala import list_recordings


@pytest.fixture
def tree(tmp_path, caplog):
    caplog.set_level("WARNING")
    build(tmp_path)
    return tmp_path


def test_a_clip_is_voice_and_music(tree):
    row = list_recordings(tree)[1]
    converted = tree / ".converted" / "Wavfile"
    assert row == {
        "path": str(converted / "10161_verse.wav.vocals.flac"),
        "accompaniment": str(converted / "10161_verse.wav.accompaniment.flac"),
        "mixture": str(tree / "Wavfile" / "10161_verse.wav"),
        "singer": "1",
        "song": "10161",
        "section": "verse",
    }
    both, _ = soundfile.read(row["mixture"])
    music, _ = soundfile.read(row["accompaniment"])
    voice, _ = soundfile.read(row["path"])
    np.testing.assert_allclose(both[:, 0], music, atol=1e-6)
    np.testing.assert_allclose(both[:, 1], voice, atol=1e-6)
    assert np.abs(music - voice).max() > 0.1


def test_four_sing(tree):
    singers = [row["singer"] for row in list_recordings(tree)]
    assert singers == ["1", "1", "2", "3", "4", "1", "2", "3", "4"]


def test_without_the_mapping_nobody_has_a_name(tree, caplog):
    (tree / "id_mapping.txt").unlink()
    assert {row["singer"] for row in list_recordings(tree)} == {""}
    assert "id_mapping.txt is missing" in caplog.messages[0]


def test_a_clip_of_one_channel_is_skipped(tree):
    path = tree / "Wavfile" / "10174_chorus.wav"
    soundfile.write(path, np.zeros(4410), 44100)
    rows = list_recordings(tree)
    assert len(rows) == 9
    assert rows[-1]["path"] == str(path)
    assert "no channel 2" in rows[-1]["reason"]


def test_what_is_missing_is_told(tree, caplog):
    list_recordings(tree)
    assert "9 of 10 recordings" in caplog.messages[0]


def test_an_empty_folder_says_what_belongs_there(tree):
    for path in (tree / "Wavfile").iterdir():
        path.rename(path.with_stem(f"x{path.stem}"))
    with pytest.raises(FileNotFoundError, match="Lyrics, PitchLabel and Wav"):
        list_recordings(tree)
