"""Notes that are sung: CSV files of onset, offset and pitch."""

import math
from pathlib import Path

import numpy as np

from speechbrain_singer.dataio.csv_files import csv_writer, read_csv
from speechbrain_singer.dataio.files import atomic_open

COLUMNS = ("onset", "offset", "pitch")
_PITCHES = (0, 128)  # of MIDI


def write_notes(path, notes):
    """Writes notes; see `read_notes`.

    Arguments
    ---------
    path : str or Path
        Its folder is made.
    notes : sequence of (float, float, float)
        Onset and offset in seconds, MIDI pitch.

    Raises
    ------
    ValueError
        If a note cannot be.
    """
    check_notes(path, notes)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(COLUMNS)
        # 0.1 ms, and a thousandth of a semitone
        writer.writerows(
            (f"{onset:.4f}", f"{offset:.4f}", f"{pitch:.3f}")
            for onset, offset, pitch in notes
        )


def read_notes(path):
    """Reads the notes of a recording.

    Arguments
    ---------
    path : str or Path
        A CSV file with the columns onset and offset, in seconds from the start
        of the recording, and pitch, in MIDI numbers: 69 is 440 Hz.

    Returns
    -------
    notes : np.ndarray
        [notes, 3], by onset.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is broken, or a note cannot be; the message names file and line.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.csv"
    >>> write_notes(path, [(0.5, 1.25, 60)])
    >>> read_notes(path)
    array([[ 0.5 ,  1.25, 60.  ]])
    """
    lines = read_csv(path, COLUMNS)
    notes = [_numbers(row, f"{path}, line {line}") for line, row in lines]
    check_notes(path, notes)
    return np.array(sorted(notes)).reshape(-1, len(COLUMNS))


def _numbers(row, where):
    try:
        return [float(row[name]) for name in COLUMNS]
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def check_notes(name, notes):
    """Refuses notes that cannot be.

    Arguments
    ---------
    name : str or Path
        Whose they are, for the message.
    notes : sequence of (float, float, float)

    Raises
    ------
    ValueError
        If one ends before it starts, or has no pitch of MIDI.

    Example
    -------
    >>> check_notes("a.csv", [(1.0, 0.5, 60)])
    Traceback (most recent call last):
    ValueError: a.csv: note 1, (1.0, 0.5, 60): ends before it starts
    """
    for number, note in enumerate(notes, 1):
        onset, offset, pitch = note
        flaw = None
        if not (0 <= onset and math.isfinite(offset)):
            flaw = "has no time"
        elif not onset < offset:
            flaw = "ends before it starts"
        elif not _PITCHES[0] <= pitch < _PITCHES[1]:
            flaw = "has no pitch of MIDI, from 0 to 127"
        if flaw:
            where = f"{name}: note {number}, {tuple(note)}"
            raise ValueError(f"{where}: {flaw}")
