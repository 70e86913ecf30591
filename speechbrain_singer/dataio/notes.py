"""Notes that are sung: CSV files of onset, offset and pitch, MIDI files."""

import math
from pathlib import Path

import numpy as np

from speechbrain_singer.dataio.csv_files import csv_writer, read_csv
from speechbrain_singer.dataio.files import atomic_open, atomic_path

COLUMNS = ("onset", "offset", "pitch")
_PITCHES = (0, 128)  # of MIDI
_TICKS = 960  # of MIDI, in a second: a multiple of what editors split beats in
_VOICE = 53  # of General MIDI, counted from 0: "Voice Oohs"
_VELOCITY = 100


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


def write_midi(path, notes):
    """Writes notes as a MIDI file of one track, sung by General MIDI's voice.

    Times are kept to half a millisecond, as 480 ticks to a beat and 120 beats
    a minute; pitches are rounded to semitones.

    Arguments
    ---------
    path : str or Path
        Its folder is made.
    notes : sequence of (float, float, float)
        Onset and offset in seconds, MIDI pitch, in any order.

    Raises
    ------
    ValueError
        If a note cannot be.
    ImportError
        If mido is missing.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.mid"
    >>> write_midi(path, [(0.5, 1.25, 60)])
    >>> for message in _mido().MidiFile(path):
    ...     if message.type.startswith("note"):
    ...         print(message.type, message.note, message.time)
    note_on 60 0.5
    note_off 60 0.75
    """
    check_notes(path, notes)
    mido = _mido()
    file = mido.MidiFile(type=0, ticks_per_beat=_TICKS // 2)
    file.add_track().extend(_messages(mido, notes))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        file.save(temporary)


def _messages(mido, notes):
    yield mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(120))
    yield mido.Message("program_change", program=_VOICE)
    now = 0
    for tick, is_onset, pitch in sorted(_events(notes)):
        yield mido.Message(
            "note_on" if is_onset else "note_off",
            note=pitch,
            velocity=_VELOCITY if is_onset else 0,
            time=tick - now,
        )
        now = tick


def _events(notes):
    """Their order ends a note before the next one begins in the same tick."""
    for onset, offset, pitch in notes:
        pitch = min(math.floor(pitch + 0.5), _PITCHES[1] - 1)
        start = round(onset * _TICKS)
        yield start, True, pitch
        yield max(round(offset * _TICKS), start + 1), False, pitch


def _mido():
    try:
        import mido
    except ImportError as error:
        raise ImportError(
            f"MIDI files need the package mido ({error}): "
            "pip install speechbrain_singer[notes]"
        ) from error
    return mido


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
