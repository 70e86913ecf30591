import numpy as np
import pytest
from frames_of_notes import outputs
from hypothesis import given, settings
from hypothesis import strategies as st

from speechbrain_singer.dataio.note_frames import (
    frame_times,
    frames_to_notes,
    notes_to_frames,
    out_of_range,
)


def joined_windows():
    """5 s and 249 frames each: 40 ms between the last and the next first."""
    return np.concatenate([frame_times(249, start=5.0 * i) for i in range(3)])


GRIDS = {
    "centres": frame_times(750),
    "published": frame_times(747, rate=49.8, first=0.0),
    "joined": joined_windows(),
    "cqt": frame_times(650, rate=44100 / 1024, first=0.0),
}


def there_and_back(notes, times):
    return frames_to_notes(outputs(notes_to_frames(notes, times)), times)


def test_times_of_what_the_front_ends_see():
    # Frame k sees the samples from 320 k to 320 k + 400
    seen = [[320 * k, 320 * k + 400] for k in range(249)]
    expected = np.mean(seen, axis=1) / 16000
    np.testing.assert_allclose(frame_times(249), expected, atol=1e-12)
    later = frame_times(249, start=5.0)
    np.testing.assert_allclose(later - frame_times(249), 5.0, atol=1e-12)


def test_times_as_published_are_near_the_centres():
    apart = frame_times(249) - frame_times(249, rate=49.8, first=0.0)
    assert apart[0] == pytest.approx(0.0125)
    assert apart[-1] == pytest.approx(-0.0074, abs=1e-4)


NONE = [0, 1, 4, 12]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        # Centres at 12.5, 32.5, 52.5, 72.5 and 92.5 ms
        ([], [NONE] * 5),
        ([(0.0, 0.05, 83)], [[1, 0, 3, 11], [0, 0, 3, 11], [0, 1, 3, 11]]),
        # Between two frames the earlier one
        ([(0.0225, 0.0425, 36)], [[1, 0, 0, 0], [0, 1, 0, 0]]),
        # Touching, and repeated
        (
            [(0.01, 0.05, 60), (0.05, 0.09, 60)],
            [[1, 0, 2, 0], [0, 0, 2, 0]] * 2 + [[0, 1, 2, 0]],
        ),
        # Shorter than a frame: published code loses it and what comes later
        (
            [(0.03, 0.034, 48), (0.07, 0.1, 50)],
            [NONE, [1, 0, 1, 0], [0, 1, 1, 0], [1, 0, 1, 2], [0, 1, 1, 2]],
        ),
        # Two in a frame: the later
        (
            [(0.026, 0.034, 48), (0.034, 0.05, 50)],
            [NONE, [1, 0, 1, 2], [0, 1, 1, 2]],
        ),
        # Two at once: the longer
        (
            [(0.03, 0.05, 48), (0.03, 0.04, 50)],
            [NONE, [1, 0, 1, 0], [0, 1, 1, 0]],
        ),
        # The later one begins within the earlier one, which it ends
        (
            [(0.01, 0.09, 48), (0.05, 0.07, 50)],
            [[1, 0, 1, 0], [0, 0, 1, 0], [1, 0, 1, 2], [0, 1, 1, 2]],
        ),
        # It begins before the window, or ends after it
        ([(-1.0, 0.03, 48)], [[0, 0, 1, 0], [0, 1, 1, 0]]),
        ([(0.09, 2.0, 48)], [NONE] * 4 + [[1, 0, 1, 0]]),
        ([(-1.0, 2.0, 48)], [[0, 0, 1, 0]] * 5),
        ([(-1.0, -0.5, 48), (0.2, 0.3, 48)], [NONE] * 5),
        ([(-2.0, 0.03, 48), (-1.0, -0.5, 50)], [[0, 0, 1, 0], [0, 1, 1, 0]]),
        # A frame away at most
        ([(0.112, 0.2, 48)], [NONE] * 4 + [[1, 0, 1, 0]]),
        ([(0.113, 0.2, 48)], [NONE] * 5),
        # Without an octave; rounded
        ([(0.0, 0.02, 35)], [[1, 0, 4, 11], [0, 1, 4, 11]]),
        ([(0.0, 0.02, 84)], [[1, 0, 4, 0], [0, 1, 4, 0]]),
        ([(0.0, 0.02, 35.5)], [[1, 0, 0, 0], [0, 1, 0, 0]]),
        ([(0.0, 0.02, 83.49)], [[1, 0, 3, 11], [0, 1, 3, 11]]),
    ],
)
def test_labels_by_hand(notes, expected):
    labels = notes_to_frames(notes, frame_times(5))
    rest = [NONE] * (5 - len(expected))
    assert labels.tolist() == expected + rest
    assert labels.dtype == np.int64


def test_order_does_not_matter():
    notes = [(0.5, 0.7, 50), (0.1, 0.4, 48), (0.7, 0.9, 52)]
    times = frame_times(60)
    assert np.array_equal(
        notes_to_frames(notes, times), notes_to_frames(sorted(notes), times)
    )


def published_labels(notes, times):
    """Frame by frame, as the facts say it; of notes of 2 frames at least."""
    half = np.diff(times).max() / 2
    labels = [list(NONE) for _ in times]
    ended = []
    for onset, offset, pitch in notes:
        pitched = [int(pitch - 36) // 12, int(pitch) % 12]
        (start,) = np.flatnonzero(abs(times - onset) <= half)[:1]
        (end,) = np.flatnonzero(abs(times - offset) <= half)[:1]
        for frame in range(start, end):
            labels[frame] = [0, 0, *pitched]
        labels[end] = [0, 1, *pitched]
        labels[start] = [1, 0, *pitched]
        ended.append(end)
    assert len(set(ended)) == len(notes)
    return labels


@pytest.mark.parametrize("seed", range(5))
def test_labels_equal_those_published(seed):
    rng = np.random.default_rng(seed)
    times = GRIDS["published"]
    lengths = rng.uniform(0.05, 0.8, 12)
    gaps = rng.uniform(0.0, 0.3, 12) * (rng.random(12) < 0.6)
    onsets = 0.1 + np.cumsum(gaps) + np.cumsum(lengths) - lengths
    notes = np.stack([onsets, onsets + lengths, rng.integers(36, 84, 12)], 1)
    expected = published_labels(notes, times)
    assert notes_to_frames(notes, times).tolist() == expected


# All that MIDI has, out of range too, and such as repeat
PITCHES = st.integers(0, 127) | st.sampled_from([60, 61])


@st.composite
def sung(draw):
    """Notes of one voice, that begin and end in the first 14 s."""
    lengths = draw(st.lists(st.floats(0.001, 1.0), min_size=1, max_size=9))
    time, notes = draw(st.floats(0.0, 0.5)), []
    for length in lengths:
        pitch = draw(PITCHES)
        notes.append((time, time + length, pitch))
        time += length + draw(st.sampled_from([0.0, 0.0, 0.003, 0.02, 0.3]))
    return np.array(notes)


def nearest(seconds, times):
    return abs(np.asarray(seconds)[:, None] - times).argmin(axis=1)


@pytest.mark.parametrize("grid", GRIDS)
@given(notes=sung())
@settings(max_examples=40, deadline=None)
def test_there_and_back(grid, notes):
    times = GRIDS[grid]
    gap = np.diff(times).max()
    near = max(times[0], gap / 2) + 1e-9
    frames = nearest(notes[:, 0], times)
    lone = np.append(np.diff(frames) > 0, True)
    back = there_and_back(notes[lone], times)
    # A note out of range ends the one before it, and is never another pitch
    told = lone & (notes[:, 2] >= 36) & (notes[:, 2] <= 83)
    notes, frames = notes[told], frames[told]
    assert back[:, 2].tolist() == notes[:, 2].tolist()
    apart = abs(back[:, :2] - notes[:, :2])
    assert apart[:, 0].max(initial=0) <= near
    # A note within a frame lasts for one
    short = nearest(notes[:, 1], times) == frames
    assert apart[~short, 1].max(initial=0) <= near
    assert apart[short, 1].max(initial=0) <= near + gap
    assert (back[:, 0] < back[:, 1]).all()


@given(notes=sung(), first=st.integers(0, 400), frames=st.integers(2, 300))
@settings(max_examples=40, deadline=None)
def test_a_window_has_the_labels_of_the_whole(notes, first, frames):
    times = GRIDS["centres"]
    window = slice(first, first + frames)
    labels = notes_to_frames(notes, times[window])
    whole = notes_to_frames(notes, times)[window]
    # What begins just before or after counts to the outermost frames
    assert labels[2:-1].tolist() == whole[2:-1].tolist()


@pytest.mark.parametrize("onset", [0.0125, 0.0925, 0.1])
@pytest.mark.parametrize("length", [0.01, 3.0])
def test_a_note_at_the_end_of_the_recording(onset, length):
    times = frame_times(5)
    (note,) = there_and_back([(onset, onset + length, 60)], times)
    assert note[0] == times[abs(times - onset).argmin()]
    assert note[0] < note[1] <= times[-1] + 0.02 + 1e-9
    if length > 1:
        assert note[1] >= times[-1]


@pytest.mark.parametrize("pitch", [0, 24, 30, 35, 84, 96, 127])
def test_out_of_range_is_never_another_pitch(pitch):
    """Published code writes 72 for 84, and 42 for 30."""
    notes = [(0.1, 0.3, 60), (0.3, 0.5, pitch), (0.5, 0.7, 62)]
    assert out_of_range(notes).tolist() == [False, True, False]
    assert there_and_back(notes, frame_times(50))[:, 2].tolist() == [60, 62]


def test_out_of_range_keeps_the_order():
    notes = [(1.0, 2.0, 20), (0.0, 1.0, 60)]
    assert out_of_range(notes).tolist() == [True, False]
    assert out_of_range([]).tolist() == []


def test_without_frames_or_notes():
    assert notes_to_frames([(0, 1, 60)], frame_times(0)).shape == (0, 4)
    assert frames_to_notes(np.zeros((0, 20)), frame_times(0)).shape == (0, 3)
    assert there_and_back([], frame_times(9)).shape == (0, 3)
    (note,) = there_and_back([(0.0, 1.0, 60)], frame_times(1))
    assert note == pytest.approx([0.0125, 0.0325, 60])


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="times of frames must be ascending"):
        notes_to_frames([(0, 1, 60)], frame_times(9)[::-1])
