"""Diarisation: is every moment given to who sings?

Conventions: turns are (start, stop, singer), start and stop in seconds; names
of found singers mean nothing, and are mapped one to one to those of the
reference so that they agree for as long as can be. Figures are those of the
NIST Rich Transcription evaluations:

- missed: somebody sings, and nobody is found.
- false_alarm: somebody is found while nobody sings.
- confusion: somebody else is found.
- DER, the diarisation error rate: the sum of the three. All four are shares of
  the time that is sung in the reference, so that they can exceed 1.

Within `collar` seconds on both sides of where a reference turn begins or ends
nothing counts. Singers at once count each for themselves.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment


def validate(turns):
    """Checks turns; those of one singer that meet or overlap become one.

    Arguments
    ---------
    turns : sequence of (float, float, str)

    Returns
    -------
    spans : np.ndarray
        [turns, 2], start and stop in seconds, singer by singer.
    singers : np.ndarray
        [turns], numbers. Turns of no length are left out.

    Raises
    ------
    ValueError
        If a time is not finite, or a turn stops before it starts.

    Example
    -------
    >>> validate([(0.0, 2.0, "ann"), (2.0, 3.0, "bob"), (4.0, 4.0, "eve")])[1]
    array([0, 1])
    """
    spans = np.array([turn[:2] for turn in turns], float).reshape(-1, 2)
    wrong = ~np.isfinite(spans).all(axis=1) | (spans[:, 1] < spans[:, 0])
    if wrong.any():
        raise ValueError(
            f"{wrong.sum()} turns cannot be, such as {turns[wrong.argmax()]}"
        )
    merged = []
    for start, stop, name in sorted(turns, key=lambda turn: (turn[2], turn[0])):
        last = merged[-1] if merged else None
        if last and last[2] == name and start <= last[1]:
            last[1] = max(last[1], stop)
        elif start < stop:
            merged.append([start, stop, name])
    names = sorted({turn[2] for turn in merged})
    spans = np.array([turn[:2] for turn in merged], float).reshape(-1, 2)
    return spans, np.array([names.index(turn[2]) for turn in merged], int)


def evaluate(found, reference, collar=0.0, tolerance=0.5):
    """All figures of a recording.

    Arguments
    ---------
    found, reference : sequence of (float, float, str)
        As `validate` takes them.
    collar : float
        In seconds, on each side of a boundary of the reference.
    tolerance : float
        In seconds, see `boundary_figures`.

    Returns
    -------
    figures : dict of str to float
        DER, missed, false_alarm, confusion; boundary_precision,
        boundary_recall, boundary_f1; and `singers`, how many were found.

    Raises
    ------
    ValueError
        As `validate` does, or if nothing is sung in the reference.

    Example
    -------
    >>> reference = [(0, 4, "ann"), (4, 8, "bob")]
    >>> found = [(0, 5, "1"), (5, 8, "2"), (8, 9, "3")]
    >>> figures = evaluate(found, reference)
    >>> figures["DER"], figures["false_alarm"], figures["confusion"]
    (0.25, 0.125, 0.125)
    """
    found_turns, reference_turns = validate(found), validate(reference)
    figures = error_rates(found_turns, reference_turns, collar)
    figures |= boundary_figures(found_turns[0], reference_turns[0], tolerance)
    return figures | {"singers": int(found_turns[1].max(initial=-1)) + 1}


def error_rates(found, reference, collar=0.0):
    """DER, missed, false_alarm and confusion.

    Arguments
    ---------
    found, reference : (np.ndarray, np.ndarray)
        What `validate` returns of turns.
    collar : float
        In seconds, on each side.

    Returns
    -------
    figures : dict of str to float

    Raises
    ------
    ValueError
        If nothing is sung in the reference, or all of it within the collar.
    """
    edges = reference[0].ravel()
    collars = np.stack([edges - collar, edges + collar], axis=1)
    times = np.unique(
        np.concatenate([found[0].ravel(), edges, collars.ravel()])
    )
    middles, lengths = (times[1:] + times[:-1]) / 2, np.diff(times)
    lengths = lengths * ~_within(collars, middles).any(axis=0)
    # [singers, moments]: how often each is there
    theirs, ours = _by_singer(reference, middles), _by_singer(found, middles)
    sung = float(theirs.sum(axis=0) @ lengths)
    if not sung > 0:
        raise ValueError(
            "nothing is sung in the reference: no error rate can be given"
        )
    shared = (theirs * lengths) @ ours.T
    right = float(shared[linear_sum_assignment(-shared)].sum())
    there, heard = theirs.sum(axis=0), ours.sum(axis=0)
    missed = float(np.maximum(there - heard, 0) @ lengths)
    false_alarm = float(np.maximum(heard - there, 0) @ lengths)
    confusion = float(np.minimum(there, heard) @ lengths) - right
    return {
        "DER": (missed + false_alarm + confusion) / sung,
        "missed": missed / sung,
        "false_alarm": false_alarm / sung,
        "confusion": confusion / sung,
    }


def boundary_figures(found, reference, tolerance=0.5):
    """How well the moments are found at which a turn begins or ends.

    Those of both are matched one to one, as many as can be, if they are no
    further apart than the tolerance. Where one turn ends and another begins is
    one moment.

    Arguments
    ---------
    found, reference : np.ndarray
        [turns, 2], start and stop in seconds.
    tolerance : float
        In seconds.

    Returns
    -------
    figures : dict of str to float
        boundary_precision, boundary_recall and boundary_f1, 0 to 1.

    Example
    -------
    >>> found, reference = np.array([[0, 5.0]]), np.array([[0, 4.0], [4, 5]])
    >>> boundary_figures(found, reference)["boundary_recall"]
    0.6666666666666666
    """
    ours, theirs = np.unique(found), np.unique(reference)
    matched = _matched(ours, theirs, tolerance)
    return {
        "boundary_precision": matched / max(1, len(ours)),
        "boundary_recall": matched / max(1, len(theirs)),
        "boundary_f1": 2 * matched / max(1, len(ours) + len(theirs)),
    }


def _matched(first, second, tolerance):
    """How many can be matched: on a line, the earliest that fits is as good."""
    matched = place = 0
    for moment in first:
        while place < len(second) and second[place] < moment - tolerance:
            place += 1
        if place < len(second) and second[place] <= moment + tolerance:
            matched += 1
            place += 1
    return matched


def _within(spans, moments):
    """[spans, moments], bool."""
    return (spans[:, :1] < moments) & (moments < spans[:, 1:])


def _by_singer(turns, moments):
    """[singers, moments], 1 where the singer has a turn."""
    spans, singers = turns
    there = np.zeros((singers.max(initial=-1) + 1, len(moments)))
    np.add.at(there, singers, _within(spans, moments))
    return np.minimum(there, 1)
