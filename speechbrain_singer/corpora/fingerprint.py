"""Remembers from what manifests were made, to see whether anything changed."""

import hashlib
import json
import os
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.digests import file_digest
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.dataio.manifest import FURTHER_FILES

logger = get_logger(__name__)

LAYOUT = 5  # raise it when what is written, or how it is found, changes


def take_fingerprint(recordings, **settings):
    """Everything that manifests depend on, in short.

    Arguments
    ---------
    recordings : list of dict
        As the corpus lists them. Of all their files size and time count.
    **settings
        What JSON can hold.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> path.touch()
    >>> before = take_fingerprint([{"path": str(path)}], seed=1)
    >>> _ = path.write_bytes(b"more")
    >>> before == take_fingerprint([{"path": str(path)}], seed=1)
    False
    """
    digest = hashlib.sha256()
    for recording in recordings:
        files = [recording.get(name) for name in ("path", *FURTHER_FILES)]
        state = [_state(file) for file in files if file]
        digest.update(json.dumps([recording, state]).encode())
    settings |= {"layout": LAYOUT, "files": digest.hexdigest()}
    # Through JSON once, as it is compared with what comes from there
    return json.loads(json.dumps(settings, default=str))


def _state(path):
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns]


def is_current(note, fingerprint, files):
    """Whether files were written for this fingerprint, and are whole.

    Arguments
    ---------
    note : str or Path
        What `save_fingerprint` wrote, or nothing.
    fingerprint : dict
    files : sequence of str
    """
    try:
        saved = dict(json.loads(Path(note).read_text(encoding="utf-8")))
        written = saved.pop("written")
        if saved != fingerprint:
            return False
        if written != [file_digest(file) for file in files]:
            logger.warning(
                "%s: not all files are as they were written: all are written "
                "anew",
                Path(note).parent,
            )
            return False
    # Missing, or broken
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False
    return True


def save_fingerprint(note, fingerprint, files):
    """Writes a fingerprint; the last thing to do, as it vouches for the files.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> note, file, seed = folder / "a.json", folder / "a.csv", {"seed": 1}
    >>> _ = file.write_text("a")
    >>> save_fingerprint(note, seed, [file])
    >>> is_current(note, seed, [file]), is_current(note, {"seed": 2}, [file])
    (True, False)
    """
    written = [file_digest(file) for file in files]
    with atomic_open(note) as file:
        json.dump(fingerprint | {"written": written}, file, indent=1)
