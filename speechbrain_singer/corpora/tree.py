"""Finds the audio files of a tree."""

import os
from collections import Counter
from pathlib import Path

from speechbrain_singer.dataio.audio import UNSUPPORTED

# What libsndfile reads
ENDINGS = (
    ".aif .aifc .aiff .au .caf .flac .mp3 .oga .ogg .opus .rf64 .snd .sph .w64 "
    ".wav"
).split()


def find_audio(data_folder):
    """Lists the audio files in a folder and all below it, links followed.

    Arguments
    ---------
    data_folder : str or Path

    Returns
    -------
    paths : list of Path
        Absolute and sorted: the files with one of `ENDINGS`, in any case, and
        those with one of `dataio.audio.UNSUPPORTED`, so that they are missed:
        opening them says what to do. Names that begin with a dot are left out.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no audio in it; the message says what
        was looked for and what is there instead.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "notes.txt").touch()
    >>> (folder / "ann.WAV").touch()
    >>> [path.name for path in find_audio(folder)]
    ['ann.WAV']
    """
    root = Path(os.path.abspath(data_folder))
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder of audio")
    files = list(_walk(root))
    endings = {*ENDINGS, *UNSUPPORTED}
    paths = sorted(path for path in files if path.suffix.lower() in endings)
    if not paths:
        others = Counter(path.suffix.lower() or path.name for path in files)
        found = ", ".join(f"{n} {name}" for name, n in others.most_common(5))
        raise FileNotFoundError(
            f"{root}: no audio in it or below; looked for {' '.join(ENDINGS)}, "
            f"found {found or 'no file at all'}"
        )
    return paths


def _walk(root):
    entered = set()
    for folder, subfolders, names in os.walk(root, followlinks=True):
        # A link to a folder above would lead round for ever
        real = os.path.realpath(folder)
        if real in entered:
            subfolders.clear()
            continue
        entered.add(real)
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".")
        )
        for name in names:
            if not name.startswith("."):
                yield Path(folder, name)
