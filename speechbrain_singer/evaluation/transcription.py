"""How well a transcriber finds the notes of whole songs."""

from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.notes import check_notes
from speechbrain_singer.metrics.notes import NoteStats

logger = get_logger(__name__)

_NONE = np.zeros((0, 3))


class Transcription(NamedTuple):
    """What was found in recordings, and how good it is.

    Arguments
    ---------
    notes : dict of str to np.ndarray
        By ID, [notes, 3], as they were found.
    songs : dict of str to dict
        By ID, the figures of `metrics.notes.evaluate`, in [0, 1].
    figures : dict of str to float
        Their means over the recordings.
    """

    notes: dict
    songs: dict
    figures: dict


def transcription_report(transcriber, rows, reference, progressbar=True):
    """Transcribes whole recordings and compares the notes.

    Arguments
    ---------
    transcriber : SingingTranscriber
        Or what else has `transcribe_rows`.
    rows : list of dict
        Rows of a manifest.
    reference : dict of str to np.ndarray
        By ID, the notes that are there, [notes, 3].
    progressbar : bool

    Returns
    -------
    transcription : Transcription
        A recording that cannot be read has no notes and figures of 0; a
        warning names it.

    Example
    -------
    >>> class Always60:
    ...     def transcribe_rows(self, rows):
    ...         return (np.array([[0.0, 1.0, 60.0]]) for _ in rows)
    >>> rows, notes = [{"ID": "a"}], {"a": np.array([[0.0, 1.0, 60.0]])}
    >>> report = transcription_report(Always60(), rows, notes, False)
    >>> report.figures["COnPOff_f1"]
    1.0
    """
    names = [row["ID"] for row in rows]
    outcomes = tqdm(
        transcriber.transcribe_rows(rows),
        "Transcribing",
        len(rows),
        unit="file",
        disable=not progressbar,
    )
    notes = dict(zip(names, map(_found, outcomes), strict=True))
    for name, own in notes.items():
        check_notes(name, own)
    stats = NoteStats()
    stats.append(names, list(notes.values()), [reference[n] for n in names])
    songs = dict(zip(stats.ids, stats.scores, strict=True))
    return Transcription(notes, songs, stats.summarize())


def _found(outcome):
    if isinstance(outcome, AudioError):
        logger.warning("%s (it counts as without notes)", outcome)
        return _NONE
    return outcome
