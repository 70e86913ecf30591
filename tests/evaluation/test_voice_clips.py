"""Which clips are heard of a corpus with mixtures, and of one without."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.evaluation.voice_clips import VoiceClips

RATE = 8000


class Recordings:
    """As a `MeasuredCorpus`, of one recording: sung from 1 s to 3 s of 5."""

    def __init__(self, folder, **columns):
        sung = np.repeat([0, 1, 1, 0, 0], RATE) * np.sin(np.arange(5 * RATE))
        soundfile.write(folder / "vocals.wav", 0.5 * sung, RATE)
        soundfile.write(folder / "mixture.wav", np.full(5 * RATE, 0.1), RATE)
        row = {"ID": "a", "wav": str(folder / "vocals.wav"), "start": 0}
        row |= {"stop": 5 * RATE, "sample_rate": RATE, "duration": 5.0}
        self.row = row | {"peak": 0.5, "singer": "ann", **columns}

    def rows(self):
        return [self.row]


def test_the_same_clips_of_both(tmp_path):
    mixture = str(tmp_path / "mixture.wav")
    recordings = Recordings(tmp_path, mixture=mixture)
    clips = VoiceClips(recordings).rows(progressbar=False)
    assert list(clips) == ["mixtures", "vocals"]
    for rows in clips.values():
        assert [row["ID"] for row in rows] == ["a#1", "a#2"]
        assert [row["start"] for row in rows] == [RATE, 2 * RATE]
    assert {row["wav"] for row in clips["mixtures"]} == {mixture}
    assert {row["wav"] for row in clips["vocals"]} != {mixture}


def test_of_the_middle_only(tmp_path):
    clips = VoiceClips(Recordings(tmp_path), 1.0, 1.0).rows(progressbar=False)
    assert [row["start"] for row in clips["recordings"]] == [2 * RATE]


@pytest.mark.parametrize("columns", [{}, {"mixture": ""}])
def test_without_mixtures_it_is_said(tmp_path, caplog, columns):
    recordings = Recordings(tmp_path, **columns)
    clips = VoiceClips(recordings, 0.5).rows(progressbar=False)
    assert [row["ID"] for row in clips["recordings"]] == [
        *("a#2", "a#3", "a#4", "a#5")
    ]
    assert "No recording has a mixture" in caplog.text


def test_mixtures_that_are_all_gone(tmp_path):
    recordings = Recordings(tmp_path, mixture=str(tmp_path / "gone.wav"))
    with pytest.raises(ValueError, match="no mixture of 2 can be heard"):
        VoiceClips(recordings).rows(progressbar=False)


@pytest.mark.parametrize(
    "settings", [{"clip_seconds": 0}, {"track_seconds": 0.5}]
)
def test_lengths_that_cannot_be(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        VoiceClips(None, **settings)
