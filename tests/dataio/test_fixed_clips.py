import math

import pytest

from speechbrain_singer.dataio.fixed_clips import clips_of, whole_recordings

ROW = {
    "ID": "ann/a.wav",
    "wav": "/audio/ann/a.wav",
    "start": 0,
    "stop": 44100 * 9,
    "sample_rate": 44100,
    "duration": 9.0,
    "singer": "ann",
    "song": "a",
    "peak": 0.5,
}


def stretches(clips):
    return [(clip["start"], clip["stop"]) for clip in clips]


def test_whole_recordings_are_their_own():
    (row,) = whole_recordings([ROW])
    assert row == ROW | {"recording": "ann/a.wav"}
    assert "recording" not in ROW


@pytest.mark.parametrize("of", [whole_recordings, lambda r: clips_of(r, 4)])
def test_what_the_corpus_says_of_a_recording_stays(of):
    rows = of([ROW | {"recording": "session 1"}, ROW | {"recording": ""}])
    names = {row["recording"] for row in rows}
    assert names == {"session 1", "ann/a.wav"}


def test_clips_as_published():
    first, second = clips_of([ROW], 4)
    assert first == ROW | {
        "ID": "ann/a.wav#0",
        "recording": "ann/a.wav",
        "start": 0,
        "stop": 176400,
        "duration": 4.0,
    }
    assert second == ROW | {
        "ID": "ann/a.wav#1",
        "recording": "ann/a.wav",
        "start": 176400,
        "stop": 352800,
        "duration": 4.0,
    }


@pytest.mark.parametrize(
    "start, stop, expected",
    [
        (0, 30, [(0, 10), (10, 20), (20, 30)]),
        (0, 39, [(0, 10), (10, 20), (20, 30)]),
        (5, 25, [(5, 15), (15, 25)]),
        (5, 24, [(5, 15)]),
    ],
)
def test_what_remains_is_left_out(start, stop, expected):
    row = ROW | {"start": start, "stop": stop, "sample_rate": 10}
    assert stretches(clips_of([row], 1)) == expected


def test_a_clip_has_whole_frames_of_its_own_file():
    rows = [ROW | {"sample_rate": rate, "stop": 20} for rate in (8, 9)]
    clips = clips_of(rows, 1.2)  # 9.6 and 10.8 frames
    assert stretches(clips) == [(0, 10), (10, 20), (0, 11)]
    assert clips[2]["duration"] == pytest.approx(11 / 9)


def test_shorter_recordings_are_counted(caplog):
    rows = [ROW, ROW | {"ID": "b", "stop": 1}, ROW | {"ID": "c", "stop": 2}]
    assert len(clips_of(rows, 4)) == 2
    assert "2 of 3 recordings are shorter than a clip of 4 s" in caplog.text
    assert "the first: b" in caplog.text


def test_no_clip_at_all_is_refused():
    with pytest.raises(ValueError, match=r"none of 2 .* as long as .* 10 s"):
        clips_of([ROW, ROW], 10)
    assert clips_of([], 10) == []


@pytest.mark.parametrize("seconds", [0, -1, math.inf, 1e9, 4000, "abc"])
def test_a_length_that_no_clip_has_is_refused(seconds):
    with pytest.raises(ValueError, match=f"clip_seconds: {seconds!r}: must"):
        clips_of([], seconds)


def test_clips_without_a_frame_are_refused():
    with pytest.raises(ValueError, match="no frame"):
        clips_of([ROW], 1e-6)
