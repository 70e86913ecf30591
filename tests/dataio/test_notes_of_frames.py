import numpy as np
import pytest
from frames_of_notes import outputs

from speechbrain_singer.dataio.note_frames import frame_times, frames_to_notes


def published_notes(probabilities, times, last_counts):
    """Frame by frame, as the facts say it; each pitch a set, of ties."""
    onset, silence = probabilities[:, 0], probabilities[:, 1]
    notes, start, votes = [], None, []

    def close(end):
        if votes:
            most = max(votes.count(pitch) for pitch in votes)
            best = {p + 36 for p in votes if votes.count(p) == most}
            notes.append((start, end, best))

    for i, time in enumerate(times):
        window = onset[max(i - 3, 0) : i + 4]
        if not last_counts and i + 4 >= len(times):
            window = onset[max(i - 3, 0) : len(times) - 1]
        if onset[i] >= 0.4 and onset[i] == window.max():
            if start is not None:
                close(time)
            start, votes = time, []
        elif silence[i] >= 0.5:
            if start is not None:
                close(time)
            start, votes = None, []
        octave = probabilities[i, 2:7].argmax()
        pitch_class = probabilities[i, 7:].argmax()
        if start is not None and octave != 4 and pitch_class != 12:
            votes.append(12 * octave + pitch_class)
    if start is not None:
        close(times[-1])
    return notes


def draw_probabilities(frames, seed, onsets):
    """Random ones, of few different pitches, and with equal onsets."""
    rng = np.random.default_rng(seed)
    probabilities = rng.random((frames, 20))
    probabilities[:, 0] = (rng.random(frames) ** onsets).round(2)
    probabilities[:, 1] **= 2
    probabilities[:, [2, 5, 6, 8, 9, 15]] += 0.7
    return probabilities


@pytest.mark.parametrize("onsets", [0.5, 3, 20])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("as_published", [False, True])
def test_notes_equal_those_published(onsets, seed, as_published):
    probabilities = draw_probabilities(700, seed, onsets)
    times = frame_times(700, rate=49.8, first=0.0)
    if as_published:
        # There the last frame has no say: where nothing begins it need not
        probabilities[-4:, 0] = 0.0
    expected = published_notes(probabilities, times, not as_published)
    notes = frames_to_notes(probabilities, times)
    assert len(notes) == len(expected) > 5
    for note, (start, end, pitches) in zip(notes, expected, strict=True):
        assert note[0] == start
        if start < times[-1]:
            assert note[1] == end
        assert note[2] == min(pitches)


def decoded(rows, **thresholds):
    """Of (onset, silence, pitch) a frame, 0.1 s each."""
    pitch = np.array([row[2] - 36 for row in rows])
    labels = np.array([(0, 0, p // 12, p % 12) for p in pitch])
    labels[pitch < 0, 2:] = 4, 12
    probabilities = outputs(labels)
    probabilities[:, :2] = [row[:2] for row in rows]
    times = frame_times(len(rows), rate=10, first=0.0)
    notes = frames_to_notes(probabilities, times, **thresholds)
    return [tuple(note) for note in notes.round(9).tolist()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Thresholds are reached where they are equalled
        ([(0.4, 0, 60), (0, 0, 60), (0, 0.5, 60)], [(0.0, 0.2, 60)]),
        ([(0.39, 0, 60), (0, 0, 60), (0, 0.5, 60)], []),
        ([(0.4, 0, 60), (0, 0.49, 60), (0, 0.4, 60)], [(0.0, 0.2, 60)]),
        # An onset counts more than silence
        ([(0.9, 0.9, 60), (0, 1, 60)], [(0.0, 0.1, 60)]),
        # A larger one in 3 frames, but not in 4
        ([(0.8, 0, 60), *[(0, 0, 60)] * 2, (0.9, 0, 62)], [(0.3, 0.4, 62)]),
        (
            [(0.8, 0, 60), *[(0, 0, 60)] * 3, (0.9, 0, 62)],
            [(0.0, 0.4, 60), (0.4, 0.5, 62)],
        ),
        # The frame that closes has no vote
        ([(1, 0, 60), (0, 0, 61), (0, 1, 61)], [(0.0, 0.2, 60)]),
        # Most frames win, and the lowest of equally many
        ([(1, 0, 62), (0, 0, 61), (0, 0, 61)], [(0.0, 0.2, 61)]),
        ([(1, 0, 62), (0, 0, 61), (0, 1, 0)], [(0.0, 0.2, 61)]),
        # Frames without a pitch have no vote
        ([(1, 0, 0), (0, 0, 0), (0, 0, 61), (0, 1, 0)], [(0.0, 0.3, 61)]),
        ([(1, 0, 0), (0, 0, 0), (0, 1, 61)], []),
        # Silence without a note, and frames before the first onset
        ([(0, 1, 60), (0, 0, 60), (0, 1, 60)], []),
        # In the last frame, which the published window leaves out
        ([*[(0, 1, 0)] * 4, (0.9, 0, 61)], [(0.4, 0.5, 61)]),
        ([*[(0.5, 0, 60)], (0, 1, 0), (0.9, 0, 61)], [(0.2, 0.3, 61)]),
    ],
)
def test_notes_by_hand(rows, expected):
    assert decoded(rows) == expected


def test_thresholds():
    rows = [(0.7, 0, 60), (0, 0.2, 60), (0, 0.3, 60), (0, 0, 60)]
    assert decoded(rows, silence_threshold=0.3) == [(0.0, 0.2, 60)]
    assert decoded(rows, onset_threshold=0.71) == []


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"9 times need prob.*\[9, 20\], not"):
        frames_to_notes(np.zeros((9, 19)), frame_times(9))
    probabilities = np.zeros((9, 20))
    probabilities[3, 0] = probabilities[4, 19] = np.nan
    with pytest.raises(ValueError, match="2 of 9 frames have NaN"):
        frames_to_notes(probabilities, frame_times(9))
