"""Rows of a manifest: what its recordings, singers and songs are called."""

from collections import Counter
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.manifest import FURTHER_FILES
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.dataio.notes import write_notes
from speechbrain_singer.dataio.roots import OWN, below_root

logger = get_logger(__name__)

NOTES_FOLDER = "notes"


def manifest_rows(recordings, source):
    """Gives recordings their IDs, and people and songs one name each.

    Arguments
    ---------
    recordings : iterable of dict
        With `path`, `singer` and `song`.
    source : Source
        Where they come from.

    Returns
    -------
    rows : list of dict
        With `ID`, the path below the corpus's folder, behind its name if it is
        one of many; and `wav`, the path as the file system has it, below the
        root, see `dataio.roots`. The rest is `composed`, and so is the ID
        unless there are two files that differ in their form alone.

    Example
    -------
    >>> from speechbrain_singer.corpora.sources import Source
    >>> recording = {"path": "/x/Zoe\\u0308/a.wav", "singer": "Zoe\\u0308"}
    >>> source = Source("folder", "/x", {})
    >>> row, = manifest_rows([recording | {"song": "a"}], source)
    >>> row["ID"], row["singer"]
    ('Zoë/a.wav', 'Zoë')
    """
    recordings = list(recordings)
    # With its ending: there may be a.wav beside a.flac
    names = [source.name_of(recording["path"]) for recording in recordings]
    counts = Counter(map(composed, names))
    rows = []
    for recording, name in zip(recordings, names, strict=True):
        row = dict(recording)
        wav = _below(row.pop("path"), source)
        for column in FURTHER_FILES:
            if row.get(column):
                row[column] = _below(row[column], source)
        row |= {key: composed(row[key]) for key in ("singer", "song")}
        # Files whose names differ in their form alone are told apart by it
        own_id = composed(name) if counts[composed(name)] == 1 else name
        rows.append({"ID": own_id, "wav": wav} | row)
    twins = len(names) - len(counts)
    if twins:
        logger.warning(
            "%s: %d files have the name of another one in another form of "
            "Unicode, such as %r: are they copies?",
            *(source.data_folder, twins),
            next(name for name in counts if counts[name] > 1),
        )
    return rows


def with_note_files(rows, manifest_folder):
    """Writes the notes of rows, and puts the files' paths in their place.

    What else is in their folder stays: it may be the user's.

    Arguments
    ---------
    rows : list of dict
        Some with `notes`, a list of (onset, offset, pitch).
    manifest_folder : str or Path

    Returns
    -------
    rows : list of dict
    """
    folder, changed = Path(manifest_folder, NOTES_FOLDER), []
    for row in rows:
        if "notes" in row:
            # Of what lies beside the corpus's folder they lie here too
            name = row["ID"].replace("../", "(..)/")
            path = folder / f"{name}.csv"
            write_notes(path, row["notes"])
            row = row | {"notes": below_root(path, OWN, manifest_folder)}
        changed.append(row)
    return changed


def note_files(manifest_folder):
    """What `with_note_files` wrote, a list of paths in order."""
    return sorted(Path(manifest_folder, NOTES_FOLDER).glob("**/*.csv"))


def _below(path, source):
    return below_root(path, source.root, source.data_folder)
