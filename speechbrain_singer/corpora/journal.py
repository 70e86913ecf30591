"""What probing found, noted file by file, so that a killed one goes on."""

import hashlib
import json
import os
import time
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open

LAYOUT = 3  # raise it when what probing finds changes
EVERY = 2.0  # seconds between writes


class Journal:
    """Remembers facts by the files that they are of.

    A file that has changed, or that could not be used, is not remembered.

    Arguments
    ---------
    path : str or Path
        A file of lines; None remembers nothing.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "a.wav").touch()
    >>> with Journal(folder / "probed.jsonl") as journal:
    ...     key = journal.key([folder / "a.wav"], 0.1)
    ...     journal.add(key, {"peak": 0.5})
    >>> with Journal(folder / "probed.jsonl") as journal:
    ...     journal.find(key)
    {'peak': 0.5}
    """

    def __init__(self, path):
        self.path = None if path is None else Path(path)
        self._facts, self._asked, self._waiting = {}, set(), []
        self._written = time.monotonic()

    def __enter__(self):
        if self.path and self.path.exists():
            text = self.path.read_text(encoding="utf-8", errors="replace")
            self._facts = dict(filter(None, map(_parse, text.splitlines())))
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self._compact()
        else:
            self._flush()

    @staticmethod
    def key(paths, *settings):
        """What facts depend on: where files lie, how long and how old they are.

        Arguments
        ---------
        paths : sequence of str or Path
        *settings
            Numbers that count too.

        Returns
        -------
        key : str or None
            None if one of the files is not there.
        """
        try:
            stats = [os.stat(path) for path in paths]
        except (OSError, ValueError):
            return None
        state = [LAYOUT, *settings, *map(str, paths)]
        state += [[facts.st_size, facts.st_mtime_ns] for facts in stats]
        text = json.dumps(state).encode()
        return hashlib.sha256(text).hexdigest()[:32]

    def find(self, key):
        """The facts of a key; None if they are not known."""
        self._asked.add(key)
        return self._facts.get(key)

    def add(self, key, facts):
        """Remembers facts; they are written every few seconds."""
        if key is None:
            return
        self._facts[key] = facts
        self._asked.add(key)
        self._waiting.append(key)
        if time.monotonic() - self._written > EVERY:
            self._flush()

    def _flush(self):
        if self.path and self._waiting:
            lines = "".join(map(self._line, self._waiting))
            with self.path.open("a", encoding="utf-8") as file:
                # Behind half a line, which a kill may have left
                file.write(f"\n{lines}" if file.tell() else lines)
        self._waiting, self._written = [], time.monotonic()

    def _compact(self):
        """Writes what was asked for, in a fixed order, and nothing else."""
        kept = sorted(key for key in self._facts if key in self._asked)
        if self.path:
            with atomic_open(self.path) as file:
                file.writelines(map(self._line, kept))

    def _line(self, key):
        return json.dumps([key, self._facts[key]]) + "\n"


def _parse(line):
    """A key and its facts; None of half a line."""
    try:
        key, facts = json.loads(line)
    except (ValueError, TypeError):
        return None
    return (key, facts) if isinstance(facts, dict) else None
