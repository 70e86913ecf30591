"""Which recordings a catalogue consists of: files, folders, manifests, shards.

A recording is a dict with `wav`, the absolute path of its file, and further
columns of text. With `start` and `stop` it is a stretch of the file, in frames.
A shard, whose recordings are known once it is read, is one such dict.
"""

import glob
import os

from speechbrain.utils.logger import get_logger

from speechbrain_singer.catalogue.tables import check_names
from speechbrain_singer.corpora.tree import find_audio
from speechbrain_singer.dataio.csv_files import read_csv
from speechbrain_singer.dataio.roots import read_roots
from speechbrain_singer.dataio.shard_reader import find_shards
from speechbrain_singer.dataio.streams import name_of

logger = get_logger(__name__)

_SHARD = ".tar"


def list_recordings(inputs):
    """Lists what inputs consist of, each recording once.

    Arguments
    ---------
    inputs : iterable of (str or Path)
        Audio files; folders, with all audio below them; patterns such as
        `songs/**/*.flac`; manifests that end in .csv, with the column `wav`;
        and shards that `recipes/ssl/shard.py` wrote, as `find_shards` has
        them, such as `train-{000000..000099}.tar`.

    Returns
    -------
    rows : list of dict
        In the order of the inputs; files of a folder or a pattern are sorted.

    Raises
    ------
    FileNotFoundError
        If an input is not there, or there is no audio in it.
    ValueError
        If a manifest is broken, or the name of a file is not UTF-8.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("b.wav", "a.wav"):
    ...     (folder / name).touch()
    >>> rows = list_recordings([folder, folder / "a.wav"])
    >>> [os.path.basename(row["wav"]) for row in rows]
    ['a.wav', 'b.wav']
    """
    rows = {}
    for given in inputs:
        for row in _of_input(os.path.expanduser(str(given))):
            rows.setdefault(key_of(row), row)
    for path, *_ in rows:
        if not _is_utf8(path):
            raise ValueError(
                f"{name_of(path)}: its name is not UTF-8, as tables need it: "
                "rename it"
            )
    return list(rows.values())


def key_of(row):
    """By what recordings are told apart: path, first frame, last."""
    return row["wav"], row.get("start", ""), row.get("stop", "")


def shard_of(path):
    """The shard that a path is, or is a recording of; "" if it is neither.

    Example
    -------
    >>> shard_of("/a/train-0.tar"), shard_of("/a/train-0.tar/7.flac")
    ('/a/train-0.tar', '/a/train-0.tar')
    >>> shard_of("/a/7.flac")
    ''
    """
    folder = path.rpartition("/")[0]
    return next((p for p in (path, folder) if p.endswith(_SHARD)), "")


def _of_input(given):
    if given.endswith(_SHARD):
        return [{"wav": _absolute(shard)} for shard in find_shards(given)]
    if os.path.isdir(given):
        return _of_folder(given)
    if given.endswith(".csv"):
        return list(_of_manifest(given))
    if os.path.exists(given):
        return [{"wav": _absolute(given)}]
    if glob.has_magic(given) and (found := glob.glob(given, recursive=True)):
        # What is no file is met under the names of the files in it
        files = [path for path in sorted(found) if os.path.isfile(path)]
        return [row for path in files for row in _of_input(path)]
    raise FileNotFoundError(f"{name_of(given)}: no such file or folder")


def _of_folder(folder):
    audio = find_audio(folder)
    for row in audio.skipped:
        logger.warning("%s: %s (left out)", row["path"], row["reason"])
    return [{"wav": str(path)} for path in audio.paths]


def _of_manifest(path):
    """Rows of a manifest, or of another CSV file with the column `wav`."""
    resolve = read_roots(os.path.dirname(path) or ".")
    for line, row in read_csv(path, ["wav"]):
        if line == 2:
            check_names(path, row)
        if not row["wav"]:
            raise ValueError(f"{path}, line {line}: wav is empty: give a path")
        for name in ("start", "stop"):
            if not (row.get(name) or "0").isdecimal():
                raise ValueError(
                    f"{path}, line {line}: {name} is {row[name]!r}, which is "
                    "no number of a frame"
                )
        yield row | {"wav": _absolute(resolve(row["wav"]))}


def _absolute(path):
    """The same from any folder; an address stays as it is."""
    is_address = "://" in path or path.startswith("pipe:")
    return path if is_address else os.path.abspath(path)


def _is_utf8(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
