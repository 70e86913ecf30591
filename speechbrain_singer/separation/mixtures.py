"""The mixtures of a corpus, and under which names their stems are written."""

import os
from pathlib import Path, PurePosixPath

from speechbrain_singer.corpora.sources import find_sources
from speechbrain_singer.dataio.streams import name_of

# What stems have of their own, or a table has
_NOT_LABELS = {"ID", "path", "mixture", "accompaniment", "reason"}


def find_mixtures(corpus, data_folder, options, output_folder):
    """Lists what is to be separated.

    Arguments
    ---------
    corpus, data_folder, options
        As `find_sources` takes them. Of a recording that has a mixture, that is
        taken; of several that share one it is listed once, with the labels
        that they share.
    output_folder : str or Path
        What lies in it is no mixture.

    Returns
    -------
    mixtures : list of dict
        `ID`, the path below the data folder, as in manifests; `mixture`, the
        whole path; and the labels that are texts, such as `singer`. Those that
        cannot be separated have a `reason`.

    Raises
    ------
    OSError, ValueError
        As `find_sources` and the corpus's `list_recordings`.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "Ann").mkdir()
    >>> (folder / "Ann" / "one.mp3").touch()
    >>> row, = find_mixtures("folder", folder, {}, folder / "separated")
    >>> row["ID"], row["singer"], row["song"]
    ('Ann/one.mp3', 'Ann', 'one')
    """
    own = os.path.realpath(output_folder)
    mixtures, named = [], {}
    for source in find_sources(corpus, data_folder, options):
        for recording in source.recordings():
            path = recording.get("mixture") or recording["path"]
            path = os.path.abspath(path)
            if Path(os.path.realpath(path)).is_relative_to(own):
                continue
            row = {"ID": _below(source.name_of(path)), "mixture": path}
            row |= _labels(recording)
            reason = recording.get("reason") or _flaw(row, named)
            if reason:
                mixtures.append(row | {"reason": reason})
            elif row["ID"] in named:
                _keep_shared(named[row["ID"]], row)
            else:
                named[row["ID"]] = row
                mixtures.append(row)
    return mixtures


def _keep_shared(row, other):
    """Takes out of a row what another one of its mixture has otherwise."""
    for name in [name for name in row if other.get(name) != row[name]]:
        del row[name]


def _below(name):
    """A name that leads to no folder above."""
    parts = [part for part in PurePosixPath(name).parts if part != ".."]
    return "/".join(parts).lstrip("/")


def _labels(recording):
    return {
        name: value
        for name, value in recording.items()
        if isinstance(value, str) and name not in _NOT_LABELS
    }


def _flaw(row, named):
    """Why nothing can be written under a name, None if it can."""
    if name_of(row["ID"]) != row["ID"]:
        return "name is not UTF-8: rename it"
    first = named.get(row["ID"], row)["mixture"]
    if first != row["mixture"]:
        return f"has the name that {first} has: rename it"
    return None
