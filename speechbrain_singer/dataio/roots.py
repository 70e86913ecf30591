"""Where the files of a manifest lie: paths that any machine can read.

A manifest has `$data_root/ann/a.wav`, as SpeechBrain's recipes have it, or of
several corpora `$vctk/p225/a.flac` and so on. The note `roots.json` beside it
says where those folders are.
"""

import json
import os
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open, read_json

NOTE = "roots.json"
OWN = "manifest"  # the root that is the manifest's own folder


def write_roots(folder, roots):
    """Notes beside manifests where the folders are that they name.

    Arguments
    ---------
    folder : str or Path
        That of the manifests.
    roots : dict of str to (str or Path)
        By name.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> write_roots(folder, {"data_root": "/audio"})
    >>> read_roots(folder)("$data_root/ann/a.wav")
    '/audio/ann/a.wav'
    """
    absolute = {name: os.path.abspath(path) for name, path in roots.items()}
    with atomic_open(Path(folder, NOTE)) as file:
        json.dump(absolute, file, indent=1)


def read_roots(folder):
    """Makes the function that turns a manifest's paths into those of today.

    Arguments
    ---------
    folder : str or Path
        That of the manifests.

    Returns
    -------
    resolve : callable
        Path -> path. What begins with no `$name/` stays. It raises ValueError
        if the note has no such name.

    Raises
    ------
    ValueError
        If the note is damaged.
    """
    note = Path(folder, NOTE)
    roots = {OWN: os.path.abspath(folder)}
    if note.exists():
        roots |= read_json(note, "delete it, and the corpus is prepared anew")

    def resolve(path):
        name, slash, below = path.partition("/")
        if not (slash and name.startswith("$")):
            return path
        if not isinstance(roots.get(name[1:]), str):
            raise ValueError(
                f"{path}: {note} does not say where {name} is: prepare the "
                "corpus again, or copy that note too if the manifest is a copy"
            )
        return os.path.join(roots[name[1:]], below)

    return resolve


def below_root(path, name, root):
    """A path as manifests have it.

    Arguments
    ---------
    path : str or Path
    name : str
        Of the root.
    root : str or Path

    Example
    -------
    >>> below_root("/audio/ann/a.wav", "data_root", "/audio")
    '$data_root/ann/a.wav'
    """
    below = Path(os.path.relpath(path, root)).as_posix()
    return f"${name}/{below}"
