"""Rows of a manifest: what its recordings, singers and songs are called."""

import os
from collections import Counter
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.names import composed

logger = get_logger(__name__)


def manifest_rows(recordings, data_folder):
    """Gives recordings their IDs, and people and songs one name each.

    Arguments
    ---------
    recordings : list of dict
        With `path`, `singer` and `song`.
    data_folder : str or Path

    Returns
    -------
    rows : list of dict
        With `ID`, the path below `data_folder`, and `wav`, which stays the
        path as the file system has it. The rest is `composed`, and so is the
        ID unless there are two files that differ in their form alone.

    Example
    -------
    >>> recording = {"path": "/x/Zoe\\u0308/a.wav", "singer": "Zoe\\u0308"}
    >>> row, = manifest_rows([recording | {"song": "a"}], "/x")
    >>> row["ID"], row["singer"]
    ('Zoë/a.wav', 'Zoë')
    """
    # With its ending: there may be a.wav beside a.flac
    names = [
        Path(os.path.relpath(recording["path"], data_folder)).as_posix()
        for recording in recordings
    ]
    counts = Counter(map(composed, names))
    rows = []
    for recording, name in zip(recordings, names, strict=True):
        row = dict(recording)
        path = row.pop("path")
        row |= {key: composed(row[key]) for key in ("singer", "song")}
        # Files whose names differ in their form alone are told apart by it
        own_id = composed(name) if counts[composed(name)] == 1 else name
        rows.append({"ID": own_id, "wav": path} | row)
    twins = len(names) - len(counts)
    if twins:
        logger.warning(
            "%s: %d files have the name of another one in another form of "
            "Unicode, such as %r: are they copies?",
            *(data_folder, twins, next(n for n in counts if counts[n] > 1)),
        )
    return rows
