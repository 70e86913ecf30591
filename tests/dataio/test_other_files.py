"""Rows of a manifest, and clips, as another of their files has them."""

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.fixed_clips import clips_of
from speechbrain_singer.dataio.other_files import rows_of_column


def write(path, frames, rate):
    soundfile.write(path, np.zeros(frames), rate)
    return str(path)


def row_of(name, mixture, **own):
    row = {"ID": name, "wav": f"{name}.wav", "mixture": str(mixture)}
    row |= {"start": 0, "stop": 48000, "sample_rate": 16000, "duration": 3.0}
    return row | own


def test_the_same_time_at_another_rate(tmp_path):
    path = write(tmp_path / "m.wav", 3 * 44100, 44100)
    clips = clips_of([row_of("a", path)], 1.0)
    kept, mixtures = rows_of_column(clips, "mixture")
    assert kept == clips
    assert [(m["start"], m["stop"]) for m in mixtures] == [
        *((0, 44100), (44100, 88200), (88200, 132300))
    ]
    assert {(m["wav"], m["sample_rate"]) for m in mixtures} == {(path, 44100)}
    assert [m["ID"] for m in mixtures] == ["a#0", "a#1", "a#2"]


def test_a_recording_that_ends_early_is_cut_short(tmp_path):
    path = write(tmp_path / "m.wav", 143_990, 48000)
    row = row_of("a", path, start=16000)
    rows, (mixture,) = rows_of_column([row], "mixture", shorten=True)
    assert rows == [row]
    assert (mixture["start"], mixture["stop"]) == (48000, 143_990)
    # Of clips it would be a shorter one
    with pytest.raises(ValueError, match="no mixture of 1 can be heard"):
        rows_of_column([row], "mixture")


def test_what_is_short_missing_or_damaged_costs_itself_only(tmp_path, caplog):
    short = write(tmp_path / "short.wav", 32000, 16000)
    (tmp_path / "damaged.wav").write_bytes(b"RIFF")
    paths = short, tmp_path / "damaged.wav", "", ""
    rows = [row_of(*each) for each in zip("abcd", paths, strict=True)]
    kept, mixtures = rows_of_column(clips_of(rows, 1.0), "mixture")
    assert [clip["ID"] for clip in kept] == ["a#0", "a#1"]
    assert [clip["wav"] for clip in kept] == ["a.wav"] * 2
    assert [clip["wav"] for clip in mixtures] == [short] * 2
    for said in (
        "short.wav is shorter than a.wav: 1 of 3 stretches",
        "damaged.wav",
        "6 of 12 have no mixture and are left out, the first is c#0",
    ):
        assert said in caplog.text


def test_a_file_that_ends_before_the_stretch_begins(tmp_path, caplog):
    path = write(tmp_path / "m.wav", 8000, 16000)
    rows = [row_of("a", path), row_of("b", path, start=16000)]
    kept, _ = rows_of_column(rows, "mixture", shorten=True)
    assert kept == rows[:1]
    assert "1 of 2 stretches" in caplog.text


def test_a_column_that_is_not_there_or_the_recordings_themselves():
    rows = [row_of("a", "")]
    with pytest.raises(ValueError, match="no column 'vocals'"):
        rows_of_column(rows, "vocals")
    assert rows_of_column(rows, "wav") == (rows, rows)
