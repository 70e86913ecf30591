"""Notes of recordings: (onset, offset, pitch), in seconds and MIDI numbers."""

import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.notes import check_notes

logger = get_logger(__name__)

SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}


def midi_number(name):
    """The MIDI number of a note's name, where C4 is 60.

    Arguments
    ---------
    name : str
        Such as `C4`, `D#4`, `Eb4`, or `D#4/Eb4`: both names of it.

    Raises
    ------
    ValueError
        If it is no such name.

    Example
    -------
    >>> midi_number("A4"), midi_number("D#4/Eb4"), midi_number("Cb4")
    (69, 63, 59)
    """
    match = re.fullmatch(r"([A-G])([#b]?)(-?\d+)", name.split("/")[0])
    if not match:
        raise ValueError(f"{name!r} is no name of a note")
    letter, accidental, octave = match.groups()
    return 12 * int(octave) + 12 + SEMITONES[letter] + ACCIDENTALS[accidental]


def add_notes(data_folder, recordings, read):
    """Gives each recording its `notes`.

    They are [] where the annotation is missing or broken, or has a note that
    cannot be; one warning counts these and names one.

    Arguments
    ---------
    data_folder : str or Path
    recordings : list of dict
        With `path`; changed in place.
    read : callable
        Gets a path, and returns notes, or raises OSError, or ValueError,
        KeyError or TypeError.

    Example
    -------
    >>> recordings = [{"path": "a.wav"}]
    >>> add_notes(".", recordings, lambda path: [(0.0, 1.5, 60)])
    >>> recordings[0]["notes"]
    [(0.0, 1.5, 60)]
    """
    flaws = []
    for row in recordings:
        row["notes"], flaw = _attempt(read, row["path"])
        flaws += [flaw] if flaw else []
    if flaws:
        logger.warning(
            "%s: no notes of %d of %d recordings, such as %s",
            *(data_folder, len(flaws), len(recordings), flaws[0]),
        )


def _attempt(read, path):
    """The notes, and what is wrong if there are none to be had."""
    try:
        notes = sorted(read(Path(path)))
        check_notes("notes", notes)
        return notes, None
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [], f"{path}: {type(error).__name__}: {error}"
