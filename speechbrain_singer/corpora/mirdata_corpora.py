"""Corpora that the loaders of mirdata read.

mirdata (Bittner et al., ISMIR 2019, https://mirdata.readthedocs.io) knows a
corpus by an index, a JSON file of all its tracks and of their files. Here its
tracks become recordings. No audio is read, and no checksum taken: what counts
is which files are there.
"""

import json
import math
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.corpora.expected import report_missing
from speechbrain_singer.corpora.tree import find_audio

logger = get_logger(__name__)

NEWEST = "git+https://github.com/mir-dataset-loaders/mirdata"


def list_tracks(name, data_folder, rows_of, source):
    """Lists the recordings of a corpus that mirdata knows.

    The folders that the index names lie in `data_folder`, or in one folder of
    it. The index lies beside them, or where mirdata has put it.

    Arguments
    ---------
    name : str
        The loader's name in mirdata.
    data_folder : str or Path
    rows_of : callable
        Gets mirdata's dataset and returns a recording for each file of the
        index that is wanted, there or not. `notes` may be None: those of a
        file that is missing or broken.
    source : str
        What has to be unpacked, and from where, for the message.

    Returns
    -------
    recordings : list of dict
        Those whose file is there, by path.
    skipped : list of dict
        With `path` and `reason`: links and folders that bring nothing.

    Raises
    ------
    ImportError
        If mirdata is not installed, or has no such loader.
    FileNotFoundError
        If the index is missing, the corpus's table of metadata, or all audio.
    """
    dataset = _initialise(name, data_folder)
    audio = find_audio(data_folder)
    root = Path(os.path.abspath(data_folder))
    index = _read_index(dataset, root)
    files = set(_files_of(index))
    dataset.data_home = str(_home(root, files))
    here = {str(path) for path in audio.paths}
    try:
        rows = sorted(rows_of(dataset), key=lambda row: row["path"])
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{dataset.data_home}: the table of {name}'s tracks is missing; "
            f"unpack {source} there"
        ) from error
    found = [row for row in rows if row["path"] in here]
    if not found:
        raise FileNotFoundError(
            f"{data_folder}: none of its {len(here)} audio files is one of "
            f"{name}; unpack {source} there"
        )
    _warn_of_foreign(data_folder, here, dataset.data_home, files)
    _warn_of_notes(data_folder, found)
    wanted = [row for row in rows if "reason" not in row]
    singers = {row["singer"] for row in wanted} - {""}
    report_missing(data_folder, found, singers, len(wanted))
    return found, audio.skipped


def notes_of(load, tuning=440.0):
    """Notes as mirdata loads them.

    Arguments
    ---------
    load : callable
        Returns mirdata's NoteData, in Hz.
    tuning : float
        Hz of the A above middle C, which gets the pitch 69.

    Returns
    -------
    notes : list of (float, float, float)
        Onset and offset in seconds, MIDI pitch. None if the file is missing or
        broken.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> data = SimpleNamespace(intervals=[(0.5, 1.25)], pitches=[220.0])
    >>> notes_of(lambda: data)
    [(0.5, 1.25, 57.0)]
    """
    try:
        data = load()
    except (OSError, ValueError, IndexError, TypeError):
        return None
    if data is None:
        return None
    return [
        (float(onset), float(offset), 69 + 12 * math.log2(hz / tuning))
        for (onset, offset), hz in zip(
            data.intervals, data.pitches, strict=True
        )
        if onset < offset and hz > 0
    ]


def _initialise(name, data_folder):
    """mirdata's dataset of this name."""
    if not find_spec("mirdata"):
        raise ImportError(
            f"mirdata, which reads the corpus {name!r}, is not installed: "
            'pip install "speechbrain_singer[mirdata]"'
        )
    # It takes seconds to import, and few corpora need it
    mirdata = import_module("mirdata")
    if name not in mirdata.list_datasets():
        raise ImportError(
            f"mirdata {mirdata.__version__} has no loader of {name!r}; a newer "
            f'one has: pip install "mirdata[{name}] @ {NEWEST}"'
        )
    return mirdata.initialize(name, data_home=str(data_folder))


def _read_index(dataset, root):
    """Reads the index, and tells the dataset where it lies."""
    own = Path(dataset.index_path)
    beside = [root / own.name, *root.glob(f"*/{own.name}"), own]
    for path in beside:
        if path.is_file():
            dataset.index_path = str(path)
            return json.loads(path.read_text(encoding="utf-8"))
    indexes = import_module(f"mirdata.datasets.{dataset.name}").INDEXES
    python = f"mirdata.initialize('{dataset.name}').download(['index'])"
    raise FileNotFoundError(
        f"{root}: mirdata's index of {dataset.name} is missing: fetch it "
        f'once by python -c "import mirdata; {python}", or get '
        f"{indexes[dataset.version].remote.url} and put it there as {own.name}"
    )


def _files_of(index):
    """All paths that an index names, as [path, checksum]."""
    if isinstance(index, dict):
        for value in index.values():
            yield from _files_of(value)
    elif isinstance(index, list) and len(index) == 2 and index[0]:
        yield index[0]


def _home(root, files):
    """The folder in which the index's files lie: `root`, or one in it."""
    tops = {Path(file).parts[0] for file in files}
    for folder in (root, *sorted(root.iterdir())):
        if any((folder / top).exists() for top in tops):
            return folder
    return root


def _warn_of_foreign(data_folder, here, home, files):
    known = {os.path.join(home, file) for file in files}
    foreign = sorted(here - known)
    if foreign:
        logger.warning(
            "%s: %d audio files that are not in mirdata's index (such as %r) "
            "left out",
            *(data_folder, len(foreign), Path(foreign[0]).name),
        )


def _warn_of_notes(data_folder, found):
    """Warns of notes that could not be read, and leaves them empty."""
    lacking = [row for row in found if row.get("notes", ()) is None]
    for row in lacking:
        row["notes"] = []
    if lacking:
        logger.warning(
            "%s: %d recordings lack their annotation of notes, or it is broken "
            "(such as that of %r)",
            *(data_folder, len(lacking), Path(lacking[0]["path"]).name),
        )
