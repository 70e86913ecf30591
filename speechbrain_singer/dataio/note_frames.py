"""Notes as labels of frames, and notes out of what a network says of frames.

A frame has an onset or not, silence or not, one of 4 octaves or none, and one
of 12 pitch classes or none: MIR-ST500's coding (Wang and Jang, ICASSP 2021),
also of Yamamoto (APSIPA 2023). The octaves go from C2, MIDI 36, to B5, MIDI 83.
One voice is meant: a note ends where the next one begins, at the latest.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SIZES = (1, 1, 5, 13)  # outputs: onset, silence, octaves, pitch classes
NO_OCTAVE, NO_CLASS = 4, 12
_LOWEST = 36  # MIDI pitch of octave 0, class 0
_REACH = 3  # frames on either side, of which an onset is the likeliest
_PERIOD = 0.02  # s, of a frame that has no other beside it


def frame_times(frames, rate=50.0, first=0.0125, start=0.0):
    """The times that frames stand for.

    By default they are the centres of what wav2vec 2.0 and its kind see at 16
    kHz: 400 samples, every 320. Published code (SVT_SpeechBrain) has a rate of
    49.8 Hz, by which 249 frames fill 5 s, and 0 as the first: up to 12.5 ms
    off the centres.

    Arguments
    ---------
    frames : int
    rate : float
        Hz
    first : float
        Time of the first frame, in seconds from `start`.
    start : float
        Where the window starts, in seconds.

    Returns
    -------
    times : np.ndarray
        [frames], in seconds.

    Example
    -------
    >>> frame_times(3)
    array([0.0125, 0.0325, 0.0525])
    >>> frame_times(3, rate=49.8, first=0.0, start=5.0).round(4)
    array([5.    , 5.0201, 5.0402])
    """
    return start + first + np.arange(frames) / rate


def out_of_range(notes):
    """Which notes have no octave, so that their pitch cannot be told.

    `frames_to_notes` leaves them out, as nothing of their pitch is right.

    Arguments
    ---------
    notes : array_like
        [notes, 3], as `read_notes` has them.

    Returns
    -------
    beyond : np.ndarray
        [notes], bool.

    Example
    -------
    >>> out_of_range([(0.0, 1.0, 35), (1.0, 2.0, 36), (2.0, 3.0, 83.6)])
    array([ True, False,  True])
    """
    return _octaves(np.reshape(notes, (-1, 3))[:, 2]) == NO_OCTAVE


def _octaves(pitches):
    octaves = (_semitones(pitches) - _LOWEST) // 12
    return np.where(octaves < 0, NO_OCTAVE, octaves.clip(max=NO_OCTAVE))


def _semitones(pitches):
    return np.floor(pitches + 0.5).astype(np.int64)


def _sorted(notes):
    """[notes, 3], float, in order of onsets; of equal ones the longest last."""
    notes = np.asarray(notes, dtype=float).reshape(-1, 3)
    return notes[np.lexsort((notes[:, 1], notes[:, 0]))]


def notes_to_frames(notes, times):
    """The labels of frames, of a whole recording or of a window of it.

    An onset or offset belongs to the nearest frame, the earlier of two; before
    the first and after the last, if no more than a frame away. Silence begins
    in the frame of an offset, which keeps the pitch of its note, unless a note
    begins there. A note shorter than a frame lasts for one. Of notes that begin
    in one frame, the last one is coded. One that began before the window has
    no onset. A pitch is rounded; one below 36 or above 83 has no octave, and
    its pitch class.

    Arguments
    ---------
    notes : array_like
        [notes, 3], in any order: onset and offset in seconds, MIDI pitch.
    times : np.ndarray
        [frames], in seconds, ascending: see `frame_times`.

    Returns
    -------
    labels : np.ndarray
        [frames, 4], int64: onset 0 or 1, silence 0 or 1, octave 0 to 3 or 4
        for none, pitch class 0 to 11 or 12 for none.

    Raises
    ------
    ValueError
        If the times are not ascending.

    Example
    -------
    >>> notes_to_frames([(0.03, 0.07, 60)], frame_times(5))
    array([[ 0,  1,  4, 12],
           [ 1,  0,  2,  0],
           [ 0,  0,  2,  0],
           [ 0,  1,  2,  0],
           [ 0,  1,  4, 12]])
    """
    notes, frames = _sorted(notes), np.arange(len(times))
    labels = np.tile([0, 1, NO_OCTAVE, NO_CLASS], (len(times), 1))
    first, last = _nearest(notes[:, :2], times).T
    within = (last >= 0) & (first < len(times))
    notes, first, last = notes[within], first[within], last[within]
    # The last that begins in a frame
    coded = np.append(np.diff(first) > 0, True)[: len(notes)]
    notes, first, last = notes[coded], first[coded], last[coded]
    if not len(notes):
        return labels
    last = np.where(first >= 0, np.maximum(last, first + 1), last)
    owner = np.searchsorted(first, frames, side="right") - 1
    begun, owner = owner >= 0, owner.clip(0)
    sung = begun & (frames < last[owner])
    pitched = begun & (frames <= last[owner])
    labels[first[first >= 0], 0] = 1
    labels[sung, 1] = 0
    pitches = notes[owner[pitched], 2]
    labels[pitched, 2] = _octaves(pitches)
    labels[pitched, 3] = _semitones(pitches) % 12
    return labels


def _nearest(seconds, times):
    """The nearest frame, -1 for before all of them, their number for after."""
    steps = np.diff(times)
    if not (steps > 0).all():
        raise ValueError("the times of frames must be ascending")
    if not len(times):
        return np.zeros(seconds.shape, dtype=np.int64)
    period = _period(times)
    middles = times[:-1] + steps / 2
    edges = np.r_[times[0] - period, middles, times[-1] + period]
    return np.searchsorted(edges, seconds) - 1


def _period(times):
    return np.diff(times).min() if len(times) > 1 else _PERIOD


def frames_to_notes(
    probabilities, times, onset_threshold=0.4, silence_threshold=0.5
):
    """The notes of a recording, out of probabilities of its frames.

    As published (Wang and Jang, ICASSP 2021): a note begins in a frame whose
    onset reaches its threshold and is the largest of the 3 frames before and
    after (also at the end); an equal one is another onset. It ends where the
    next one begins, or else in the first frame whose silence reaches its
    threshold, or in the last frame. Its pitch is that which most of its frames
    have, the lowest of equally many. Frames without octave or pitch class have
    none, and a note of such frames only is left out. One that begins in the
    last frame lasts for a frame.

    Arguments
    ---------
    probabilities : array_like
        [frames, 20]: of onset, of silence, of 5 octaves, the last none, of 13
        pitch classes, the last none. Of the last two any scores will do.
    times : np.ndarray
        [frames], in seconds, ascending.
    onset_threshold, silence_threshold : float

    Returns
    -------
    notes : np.ndarray
        [notes, 3], by onset, as `read_notes` has them.

    Raises
    ------
    ValueError
        If shapes do not fit, or a probability is NaN.

    Example
    -------
    >>> labels = notes_to_frames([(0.03, 0.07, 60)], frame_times(5)).T
    >>> outputs = [labels[:2].T, np.eye(5)[labels[2]], np.eye(13)[labels[3]]]
    >>> frames_to_notes(np.hstack(outputs), frame_times(5)).tolist()
    [[0.0325, 0.0725, 60.0]]
    """
    onset, silence, octaves, classes = _outputs(probabilities, times)
    if not len(times):
        return np.zeros((0, 3))
    around = sliding_window_view(np.pad(onset, _REACH, "edge"), 2 * _REACH + 1)
    likeliest = around.max(axis=1)
    begins = (onset >= onset_threshold) & (onset == likeliest)
    (events,) = np.nonzero(begins | (silence >= silence_threshold))
    is_note = begins[events]
    # Beyond the last event the end, in which an open note still sounds
    stops = np.append(events[1:], len(times))[is_note]
    starts = events[is_note]
    pitches, votes = _vote(starts, stops, octaves, classes)
    ends = np.append(times, times[-1])[stops]
    ends[starts == len(times) - 1] += _period(times)
    return np.stack([times[starts], ends, pitches], axis=1)[votes > 0]


def _outputs(probabilities, times):
    probabilities = np.asarray(probabilities)
    if probabilities.shape != (len(times), sum(SIZES)):
        raise ValueError(
            f"{len(times)} times need probabilities [{len(times)}, "
            f"{sum(SIZES)}], not {list(probabilities.shape)}"
        )
    if missing := np.isnan(probabilities).any(axis=1).sum():
        raise ValueError(f"{missing} of {len(times)} frames have NaN")
    ends = np.cumsum(SIZES)[:-1]
    onset, silence, *others = np.split(probabilities, ends, axis=1)
    return onset[:, 0], silence[:, 0], *(part.argmax(1) for part in others)


def _vote(starts, stops, octaves, classes):
    """The pitch of each note, and how many of its frames have it."""
    frames = np.arange(len(octaves))
    note = np.searchsorted(starts, frames, side="right") - 1
    voting = (note >= 0) & (octaves != NO_OCTAVE) & (classes != NO_CLASS)
    voting[voting] = frames[voting] < stops[note[voting]]
    pitches = NO_OCTAVE * 12
    votes = np.bincount(
        note[voting] * pitches + octaves[voting] * 12 + classes[voting],
        minlength=len(starts) * pitches,
    ).reshape(-1, pitches)
    return votes.argmax(axis=1) + _LOWEST, votes.max(axis=1)
