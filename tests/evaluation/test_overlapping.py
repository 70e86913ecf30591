import logging
from itertools import chain

import pytest

from speechbrain_singer.evaluation.overlapping import overlapping_windows

SAMPLES = 255 * 512  # of a window, at 22,050 Hz


def row(frames, rate=22050, start=0):
    return {
        **{"ID": "ann/a.wav", "singer": "ann", "sample_rate": rate},
        **{"start": start, "stop": start + frames},
    }


def stretches(*args, **kwargs):
    return [
        (window["start"], window["stop"])
        for window in overlapping_windows([row(*args, **kwargs)])
    ]


def test_one_window_as_long_as_the_recording():
    assert stretches(SAMPLES) == [(0, SAMPLES)]
    # Less than a frame of the spectrogram remains
    assert stretches(SAMPLES + 511) == [(0, SAMPLES)]


def test_what_remains_makes_a_window_that_ends_with_the_recording():
    hop = 51 * 512
    assert stretches(SAMPLES + 2 * hop) == [
        (n * hop, n * hop + SAMPLES) for n in range(3)
    ]
    assert stretches(SAMPLES + hop + 7 * 512) == [
        *((0, SAMPLES), (hop, hop + SAMPLES)),
        (hop + 7 * 512, hop + 7 * 512 + SAMPLES),
    ]


def test_frames_are_those_of_the_file():
    """Of another rate, in the middle of a file."""
    first, second = stretches(2 * SAMPLES + 102 * 512, rate=44100, start=1000)
    assert first == (1000, 1000 + 2 * SAMPLES)
    assert second == (1000 + 2 * 51 * 512, 1000 + 2 * 51 * 512 + 2 * SAMPLES)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 32000, 48000, 96000])
def test_no_window_reaches_beyond_its_recording(rate):
    shortest = -(-SAMPLES * rate // 22050)
    lengths = range(shortest, shortest + 30), range(10 * rate, 10 * rate + 50)
    for frames in chain(*lengths):
        windows = stretches(frames, rate=rate, start=3)
        assert windows[0][0] == 3
        assert windows[-1][1] <= 3 + frames
        # Less than a frame of the spectrogram, and rounding, is left out
        assert windows[-1][1] > 3 + frames - 512 * rate / 22050 - 3


def test_windows_know_their_recording():
    first, *_, last = overlapping_windows([row(400000)])
    assert (first["ID"], last["ID"]) == ("ann/a.wav#0", "ann/a.wav#11")
    assert first["whole"] == last["whole"] == "ann/a.wav"
    assert last["singer"] == "ann"
    assert first["duration"] == pytest.approx(5.921, abs=1e-3)


def test_short_ones_are_left_out_and_said(caplog):
    short = row(SAMPLES - 1) | {"ID": "short.wav"}
    with caplog.at_level(logging.WARNING):
        (window,) = overlapping_windows([short, row(SAMPLES)])
    assert window["whole"] == "ann/a.wav"
    assert (
        "1 of 2 recordings are shorter than a window of 5.92 s" in caplog.text
    )
    assert "short.wav" in caplog.text
    with pytest.raises(ValueError, match=r"1 of 1 .* ask for shorter windows"):
        overlapping_windows([short])
