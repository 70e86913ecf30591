import logging

import numpy as np
import pytest
import soundfile

from speechbrain_singer.dataio.chunks import chunks_of
from speechbrain_singer.dataio.note_chunks import (
    chunk_labels,
    with_notes,
    without_songs_of,
)
from speechbrain_singer.dataio.note_frames import frame_times, notes_to_frames
from speechbrain_singer.dataio.notes import write_notes

RATE = 16000
# Across the border of two chunks at 1 s, and in one of them only
NOTES = [(0.5, 1.25, 60), (1.5, 1.75, 62), (2.25, 2.5, 64)]


def row_of(folder, name, notes, start=0, seconds=3.0):
    """A row of a manifest, of a file of noise."""
    path = folder / f"{name}.wav"
    count = start + round(seconds * RATE)
    noise = np.random.default_rng(0).normal(0, 0.1, count)
    soundfile.write(path, noise, RATE)
    write_notes(folder / f"{name}.csv", notes)
    row = {"ID": name, "wav": path, "notes": folder / f"{name}.csv"}
    return row | {"start": start, "stop": count, "sample_rate": RATE}


@pytest.mark.parametrize("start", [0, 4000])
def test_labels_of_chunks_are_those_of_the_recording(tmp_path, start):
    rows, notes = with_notes([row_of(tmp_path, "a", NOTES, start)])
    chunks = chunks_of(rows, seconds=1.0, progressbar=False)
    times = frame_times(50, rate=50.0, first=0.01)
    labels = chunk_labels(chunks, rows, notes, times)
    assert labels.shape == (3, 50, 4) and labels.dtype == np.int8
    # Notes count from the recording's start, wherever in its file that is
    whole = notes_to_frames(NOTES, frame_times(150, 50.0, first=0.01))
    expected = whole.reshape(3, 50, 4)
    np.testing.assert_array_equal(labels, expected)
    assert labels[1, 0].tolist() == [0, 0, 2, 0]  # sung on, no onset
    assert labels[:, :, 0].sum(axis=1).tolist() == [1, 1, 1]


def test_recordings_without_notes_are_left_out(tmp_path, caplog):
    rows = [row_of(tmp_path, "a", NOTES), row_of(tmp_path, "b", [])]
    rows.append({"ID": "c", "notes": ""})
    with caplog.at_level(logging.WARNING):
        kept, notes = with_notes(rows)
    assert [row["ID"] for row in kept] == ["a"] == list(notes)
    assert "2 of 3 recordings have no notes" in caplog.text
    with pytest.raises(ValueError, match="none of 2 recordings has notes"):
        with_notes(rows[1:])
    with pytest.raises(ValueError, match="the column `notes`"):
        with_notes([{"ID": "a"}])


def test_notes_out_of_range_are_told_in_one_warning(tmp_path, caplog):
    low = [(0.5, 1.0, 30), (1.0, 1.5, 90), (1.5, 2.0, 60)]
    rows = [row_of(tmp_path, "a", low), row_of(tmp_path, "b", NOTES)]
    with caplog.at_level(logging.WARNING):
        with_notes(rows)
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "2 of 6 notes are below MIDI 36 or above 83, from 30 to 90"
    )


def test_songs_of_the_test_do_not_train(caplog):
    rows = [{"ID": n, "song": song} for n, song in enumerate("xyz")]
    rows.append({"ID": 3, "song": ""})
    with caplog.at_level(logging.WARNING):
        kept = without_songs_of(rows, [{"song": "x"}, {"song": ""}])
    assert [row["ID"] for row in kept] == [1, 2, 3]
    assert "1 of 4 recordings are of songs" in caplog.text
    with pytest.raises(ValueError, match="set keep_shared_songs"):
        without_songs_of(rows[:1], rows)
