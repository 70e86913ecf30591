"""Corpora of numbered tracks: a table of all of them, and files named after it.

A track may lie there several times, as clip and whole, or in two qualities;
separated stems of it may lie beside it. It is one recording.
"""

import os
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.tree import find_audio
from speechbrain_singer.corpora.vocals import with_vocals

logger = get_logger(__name__)


def find_table(data_folder, names, source):
    """The path of the first table that is there.

    Arguments
    ---------
    data_folder : str or Path
    names : sequence of str
        Where it may lie, below the folder.
    source : str
        What to unpack where, for the message.

    Returns
    -------
    path : Path

    Raises
    ------
    FileNotFoundError
        If there is none.

    Example
    -------
    >>> find_table(getfixture("tmp_path"), ["tracks.csv"], "unpack it")
    Traceback (most recent call last):
    FileNotFoundError: ...: no tracks.csv: unpack it
    """
    root = Path(os.path.abspath(data_folder))
    for name in names:
        if (root / name).is_file():
            return root / name
    raise FileNotFoundError(f"{root}: no {' or '.join(names)}: {source}")


def find_tracks(data_folder, track_of, known, source, rank=None, stems=None):
    """Finds the files of tracks, one a track.

    What is no track by its name, or is in no table, is left out with a warning.

    Arguments
    ---------
    data_folder : str or Path
    track_of : callable
        Gets a path, returns the ID of the track, or None.
    known : container of str
        The IDs in the table.
    source : str
        What to unpack where, for the message.
    rank : callable, optional
        Gets a path, returns a number; of several files of a track the one with
        the lowest is taken.
    stems : str or Path, optional
        A folder whose files are no tracks, below the data folder.

    Returns
    -------
    files : dict
        ID -> Path.
    skipped : list of dict
        As `find_audio` has them.

    Raises
    ------
    FileNotFoundError
        If no file is a track.
    """
    audio = find_audio(data_folder)
    apart = _folder(data_folder, stems) if stems else None
    tracks, foreign, files, copies = [], [], {}, []
    for path in audio.paths:
        if apart and str(path).startswith(apart):
            continue
        track = track_of(path)
        if track is not None and track in known:
            tracks.append((track, path))
        else:
            foreign.append(path)
    if rank is not None:
        tracks.sort(key=lambda pair: rank(pair[1]))  # stable
    for track, path in tracks:
        if files.setdefault(track, path) != path:
            copies.append(path)
    said = [
        f"{len(paths)} files {what} (such as {paths[0]})"
        for what, paths in (
            ("that are no track of the table by their names", foreign),
            ("of tracks that are there already", copies),
        )
        if paths
    ]
    if not files:
        raise FileNotFoundError(
            f"{data_folder}: no track; {' and '.join(said)}: {source}"
        )
    if said:
        logger.warning("%s: left out: %s", data_folder, "; ".join(said))
    return files, audio.skipped


def track_recordings(files, tracks, data_folder, vocals_folder, count):
    """What a corpus lists of its tracks; what is missing is told.

    Arguments
    ---------
    files : dict
        ID -> Path, as `find_tracks` returns it.
    tracks : dict
        ID -> labels.
    data_folder, vocals_folder
        As `with_vocals` has them.
    count : int
        How many tracks there should be.

    Returns
    -------
    recordings : list of dict
        `path` and labels, or `path` and `reason`; sorted by path.

    Example
    -------
    >>> files = {"2": Path("/fma/000/000002.mp3")}
    >>> track_recordings(files, {"2": {"song": "Food"}}, "/fma", None, 1)
    [{'path': '/fma/000/000002.mp3', 'song': 'Food'}]
    """
    recordings = [
        {"path": str(path), **tracks[track]} for track, path in files.items()
    ]
    report_missing(data_folder, recordings, count=count)
    recordings = with_vocals(recordings, data_folder, vocals_folder)
    return sorted(recordings, key=lambda row: row["path"])


def _folder(data_folder, name):
    """How all paths in a folder begin."""
    path = os.path.abspath(os.path.join(data_folder, name))
    return os.path.join(path, "")
