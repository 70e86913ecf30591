"""Notes of recordings as labels of the frames of their chunks."""

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import recording_of
from speechbrain_singer.dataio.note_frames import (
    notes_to_frames,
    out_of_range,
)
from speechbrain_singer.dataio.notes import read_notes

logger = get_logger(__name__)


def with_notes(rows):
    """Reads the notes of recordings; those without any are left out.

    An annotation that is missing or broken has no notes either, and a network
    would learn that what is sung there is silence.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the column `notes`, paths as `read_notes`
        takes them.

    Returns
    -------
    rows : list of dict
        Those that have notes; a warning counts the others.
    notes : dict of str to np.ndarray
        By ID, [notes, 3], in seconds from the recording's start.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is missing or broken, or no recording has notes.

    Example
    -------
    >>> from speechbrain_singer.dataio.notes import write_notes
    >>> path = getfixture("tmp_path") / "a.csv"
    >>> write_notes(path, [(0.5, 1.25, 60)])
    >>> with_notes([{"ID": "a", "notes": path}])[1]
    {'a': array([[ 0.5 ,  1.25, 60.  ]])}
    """
    notes = {
        row["ID"]: read_notes(row["notes"]) for row in rows if row.get("notes")
    }
    kept = [row for row in rows if len(notes.get(row["ID"], ()))]
    if not kept:
        raise ValueError(
            f"none of {len(rows)} recordings has notes: name a corpus whose "
            "manifest has the column `notes`"
        )
    if len(kept) < len(rows):
        logger.warning(
            "%d of %d recordings have no notes, and are left out",
            *(len(rows) - len(kept), len(rows)),
        )
    notes = {row["ID"]: notes[row["ID"]] for row in kept}
    _tell_of_range(np.concatenate(list(notes.values())))
    return kept, notes


def _tell_of_range(notes):
    beyond = notes[out_of_range(notes), 2]
    if len(beyond):
        logger.warning(
            "%d of %d notes are below MIDI 36 or above 83, from %g to %g: of "
            "these onset and offset are learned, but no octave",
            *(len(beyond), len(notes), beyond.min(), beyond.max()),
        )


def chunk_labels(chunks, rows, notes, times):
    """The labels of the frames of chunks.

    Arguments
    ---------
    chunks : list of dict
        As `chunks_of` makes them of the rows.
    rows : list of dict
        The recordings.
    notes : dict of str to np.ndarray
        Theirs, as `with_notes` gives them.
    times : np.ndarray
        [frames], when the frames of a chunk are, in seconds from its start:
        see `frame_times`.

    Returns
    -------
    labels : np.ndarray
        [chunks, frames, 4], int8: as `notes_to_frames` gives them.

    Example
    -------
    >>> row = {"ID": "a", "start": 0, "sample_rate": 100}
    >>> chunk = {"recording": "a", "start": 100, "sample_rate": 100}
    >>> notes = {"a": np.array([[1.005, 1.03, 60]])}
    >>> chunk_labels([chunk], [row], notes, np.arange(4) / 50)[0, :, 0]
    array([1, 0, 0, 0], dtype=int8)
    """
    origins = {recording_of(row): row for row in rows}
    labels = np.zeros((len(chunks), len(times), 4), np.int8)
    for own, chunk in zip(labels, chunks, strict=True):
        row = origins[chunk["recording"]]
        start = (chunk["start"] - row["start"]) / chunk["sample_rate"]
        own[:] = notes_to_frames(notes[row["ID"]] - [start, start, 0], times)
    return labels


def without_songs_of(rows, others, part="validation and test"):
    """Leaves out the rows whose song is sung in other rows too.

    Who else sings a melody tells its notes.

    Arguments
    ---------
    rows, others : list of dict
        Rows of a manifest. A song that is not known, "", is left where it is.
    part : str
        What the others are, for the message.

    Returns
    -------
    rows : list of dict

    Raises
    ------
    ValueError
        If no row is left.

    Example
    -------
    >>> rows = [{"song": "x"}, {"song": "y"}, {"song": ""}]
    >>> without_songs_of(rows, [{"song": "x"}])
    [{'song': 'y'}, {'song': ''}]
    """
    songs = {row["song"] for row in others} - {""}
    kept = [row for row in rows if row["song"] not in songs]
    if not kept:
        raise ValueError(
            f"all {len(rows)} recordings are of songs that are sung in {part} "
            "too: set keep_shared_songs, or split otherwise"
        )
    if len(kept) < len(rows):
        logger.warning(
            "%d of %d recordings are of songs that are sung in %s too, and "
            "are left out",
            *(len(rows) - len(kept), len(rows), part),
        )
    return kept
