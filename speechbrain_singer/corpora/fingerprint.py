"""Remembers from what manifests were made, to see whether anything changed."""

import hashlib
import json
import os
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open

LAYOUT = 1  # raise it when what is written, or how it is found, changes


def take_fingerprint(recordings, **settings):
    """Everything that manifests depend on, in short.

    Arguments
    ---------
    recordings : list of dict
        As the corpus lists them. Of each file the size and the time count.
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
        try:
            facts = os.stat(recording["path"])
            state = [facts.st_size, facts.st_mtime_ns]
        except OSError:
            state = None
        digest.update(json.dumps([recording, state]).encode())
    settings |= {"layout": LAYOUT, "files": digest.hexdigest()}
    # Through JSON once, as it is compared with what comes from there
    return json.loads(json.dumps(settings, default=str))


def load_fingerprint(path):
    """What `save_fingerprint` wrote; None if it is missing or broken."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def save_fingerprint(path, fingerprint):
    """Writes a fingerprint; the last thing to do, as it vouches for the rest.

    Example
    -------
    >>> path = getfixture("tmp_path") / "prepared.json"
    >>> save_fingerprint(path, take_fingerprint([], seed=1))
    >>> load_fingerprint(path)["seed"]
    1
    """
    with atomic_open(path) as file:
        json.dump(fingerprint, file, indent=1)
