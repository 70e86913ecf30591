import logging

import numpy as np
import pytest

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.evaluation.transcription import transcription_report

pytest.importorskip("mir_eval")
NOTES = np.array([[0.0, 1.0, 60.0], [1.0, 2.0, 62.0]])


class Transcriber:
    """One that gives what it was told, row by row."""

    def __init__(self, *outcomes):
        self.outcomes = outcomes

    def transcribe_rows(self, rows):
        return iter(self.outcomes)


def report(*outcomes):
    rows = [{"ID": name} for name in "abc"]
    reference = dict.fromkeys("abc", NOTES)
    return transcription_report(Transcriber(*outcomes), rows, reference, False)


def test_songs_count_alike_whatever_is_found_in_them(caplog):
    # All of the notes, one of two, and a file that cannot be read
    with caplog.at_level(logging.WARNING):
        found = report(NOTES, NOTES[:1], AudioError("c.wav: truncated"))
    assert found.songs["b"]["COn_f1"] == pytest.approx(2 / 3)
    assert set(found.songs["c"].values()) == {0.0}
    assert found.figures["COn_f1"] == pytest.approx((1 + 2 / 3) / 3)
    assert found.figures["COn_precision"] == pytest.approx(2 / 3)
    assert found.notes["c"].shape == (0, 3)
    assert "c.wav: truncated (it counts as without notes)" in caplog.text


def test_notes_that_cannot_be_name_their_song():
    flawed = np.array([[1.0, 0.5, 60.0]])
    with pytest.raises(ValueError, match=r"b: note 1.*ends before it starts"):
        report(NOTES, flawed, NOTES)
