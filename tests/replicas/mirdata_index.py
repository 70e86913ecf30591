"""Indexes of mirdata, which say what files a corpus has."""

import json

import pytest


def write_index(path, tracks, multitracks=None, loader=None):
    """Writes an index, or skips the test if mirdata cannot read it.

    Arguments
    ---------
    path : Path
    tracks : dict
        Name of a track -> kind of file -> path in the corpus, or None.
    multitracks : dict, optional
        Likewise, and `tracks`: the names of those that belong together.
    loader : str, optional
        A loader that only newer versions of mirdata have.
    """
    mirdata = pytest.importorskip("mirdata")
    if loader and loader not in mirdata.list_datasets():
        pytest.skip(f"this mirdata has no loader of {loader}")
    index = {"version": "1", "tracks": _with_checksums(tracks)}
    if multitracks:
        index["multitracks"] = _with_checksums(multitracks)
    path.write_text(json.dumps(index))


def _with_checksums(tracks):
    return {
        name: {
            kind: file if kind == "tracks" else [file, file and "0" * 32]
            for kind, file in files.items()
        }
        for name, files in tracks.items()
    }
