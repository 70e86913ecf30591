"""Walks a tree of files: each of them once, whatever links there are."""

import os
import stat
from collections import Counter
from pathlib import Path


class Walk:
    """What a folder holds, and all folders below it.

    Files and folders themselves come first, then the links, those to a single
    singer before those to a folder of many. So a link takes nothing out of the
    folder where it lies, and what links bring in from elsewhere stands under
    their names. A link to what is here already, or to a folder above, is
    skipped: no way leads round.

    Arguments
    ---------
    root : Path
        Absolute.
    endings : set of str
        Of the files that are wanted, such as `.wav`, in any case. Names that
        begin with a dot are never wanted.

    Attributes
    ----------
    files : list of Path
        Those that are wanted.
    skipped : list of dict
        `path` and `reason` of wanted files, links and folders that cannot be
        used.
    others : Counter
        How many files there are of other endings.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "ann.wav").touch()
    >>> (folder / "bob.wav").symlink_to("nowhere.wav")
    >>> walk = Walk(folder, {".wav"})
    >>> len(walk.files), walk.skipped[0]["reason"]
    (1, 'broken link: to nowhere.wav (No such file or directory)')
    """

    def __init__(self, root, endings):
        self.files, self.skipped, self.others = [], [], Counter()
        self._endings = endings
        real = os.path.realpath(root)
        self._above = {str(folder) for folder in Path(real).parents}
        self._here = {}  # by its real path, under which a thing is found
        self._links = []
        self._enter(root, real)
        while self._links:
            links, self._links = self._links, []
            for link in sorted(links, key=_reach):
                self._follow(link)

    def _enter(self, folder, real):
        """Takes a folder and all in it that is no link."""
        waiting = [(folder, real)]
        while waiting:
            folder, real = waiting.pop()
            if self._is_here(folder, real):
                continue
            for entry in self._entries(folder):
                path, its_real = folder / entry.name, f"{real}/{entry.name}"
                if entry.name.startswith("."):
                    self.others["names that begin with a dot"] += 1
                elif entry.is_symlink():
                    self._links.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append((path, its_real))
                else:
                    self._take(path, its_real, entry.is_file())

    def _entries(self, folder):
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"folder cannot be listed: {error.strerror}"
            self._skip(folder, f"{reason}; mend its permissions")
            return []

    def _follow(self, link):
        real = os.path.realpath(link)
        try:
            mode = os.stat(link).st_mode
        except OSError as error:
            target = f"{os.readlink(link)} ({error.strerror})"
            self._skip(link, f"broken link: to {target}")
            return
        if real in self._above:
            self._skip(link, f"a link to a folder above: {real}")
        elif stat.S_ISDIR(mode):
            self._enter(link, real)
        else:
            self._take(link, real, stat.S_ISREG(mode))

    def _take(self, path, real, is_file):
        """Takes a file, if it is wanted and new."""
        if path.suffix.lower() not in self._endings:
            self.others[path.suffix.lower() or "without an ending"] += 1
        elif not is_file:
            self._skip(path, "not a file: a device, a pipe or a socket")
        elif not self._is_here(path, real):
            self.files.append(path)

    def _is_here(self, path, real):
        first = self._here.setdefault(real, path)
        if first != path:
            self._skip(path, f"a link to what is here already: {first}")
        return first != path

    def _skip(self, path, reason):
        self.skipped.append({"path": str(path), "reason": reason})


def _reach(link):
    """Sorts links: those that lead deepest first, and of them the highest."""
    return -os.path.realpath(link).count(os.sep), len(link.parts), link
