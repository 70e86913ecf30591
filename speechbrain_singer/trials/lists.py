"""Lists of trials as files, in the forms that are in use."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.csv_files import line_not_utf8
from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.numbering import numbered
from speechbrain_singer.trials.list_reader import ListReader
from speechbrain_singer.trials.recording_names import RecordingNames

logger = get_logger(__name__)

BLOCK = 1_000_000  # trials that are written at once
# How they are written, and the words for the labels 0 and 1
WRITTEN = {
    "published": ("{label},{first},{second}", "01"),  # Torres et al., 2023
    "voxceleb": ("{label} {first} {second}", "01"),
    "kaldi": ("{first} {second} {label}", ("nontarget", "target")),
}


def read_trials(path, rows, data_folder=None):
    """Reads a list of trials, in a form that is told by its first trial.

    The published `label,path1,path2` (label 1 for one singer), VoxCeleb's
    `label path1 path2`, and Kaldi's `id1 id2 target` or `nontarget`; or with
    the label in the other place, or with tabs. Names with blanks in them want
    commas or tabs. A name with a comma is found if there is one way only to
    split the line into two known names. Blank lines, a header and comments
    (`#`) are passed over.

    The list's labels are taken as they are, so that figures compare with those
    of others who use it; a warning counts the trials whose labels contradict
    the manifest's singers.

    Arguments
    ---------
    path : str or Path
        A text file in UTF-8.
    rows : list of dict
        Rows of a manifest: `RecordingNames` says what they are called.
    data_folder : str or Path, optional
        What the paths in the list are relative to, if not to the working
        directory.

    Returns
    -------
    trials : Trials
        In the list's order, with whatever flaws it has: see `find_flaws`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a line is of another form, a name finds no row or several, or there
        are no trials; the message names file and line.

    Example
    -------
    >>> path = getfixture("tmp_path") / "trials.txt"
    >>> _ = path.write_text("1,ann/a.wav,ann/b.wav\\n0,ann/a.wav,bob/a.wav\\n")
    >>> names = ["ann/a.wav", "ann/b.wav", "bob/a.wav"]
    >>> rows = [{"ID": name, "singer": name[:3]} for name in names]
    >>> read_trials(path, rows).second.tolist()
    [1, 2]
    """
    trials = parse_trials(path, rows, data_folder)
    _warn_of_contradictions(path, trials, rows)
    return trials


def parse_trials(path, rows, data_folder=None):
    """As `read_trials`, without a word on the labels."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such list of trials; trials is all_pairs, balanced, "
            "or the path of a list"
        )
    reader = ListReader(path, RecordingNames(rows, data_folder))
    try:
        with path.open(encoding="utf-8-sig") as file:
            return reader.read(file)
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, line {line_not_utf8(path)}: not text in UTF-8: convert "
            "the file"
        ) from None


def write_trials(path, trials, rows, form="published"):
    """Writes a list of trials, whole or not at all.

    Arguments
    ---------
    path : str or Path
    trials : Trials
    rows : list of dict
        Rows of a manifest; their IDs are the names in the list.
    form : str
        A name in `WRITTEN`. One that cannot tell the IDs apart is a ValueError.

    Example
    -------
    >>> from speechbrain_singer.trials.trials import Trials
    >>> path = getfixture("tmp_path") / "trials.txt"
    >>> rows = [{"ID": "a", "singer": "ann"}, {"ID": "b", "singer": "bob"}]
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([0]))
    >>> write_trials(path, trials, rows, form="kaldi")
    >>> path.read_text()
    'a b nontarget\\n'
    """
    if form not in WRITTEN:
        raise ValueError(f"no form {form!r}; there are {', '.join(WRITTEN)}")
    ids = [row["ID"] for row in rows]
    _check_ids(ids, trials, form)
    layout, words = WRITTEN[form]
    layout += "\n"
    with atomic_open(path) as file:
        for start in range(0, trials.labels.size, BLOCK):
            some = trials.select(slice(start, start + BLOCK))
            file.writelines(
                layout.format(label=words[c], first=ids[a], second=ids[b])
                for a, b, c in zip(*(x.tolist() for x in some), strict=True)
            )


def _check_ids(ids, trials, form):
    if len(set(ids)) < len(ids):
        name, times = Counter(ids).most_common(1)[0]
        raise ValueError(
            f"{times} rows of the manifest have the ID {name!r}: a list cannot "
            "tell them apart"
        )
    forbidden = r"[\r\n]" if form == "published" else r"\s"
    for row in np.union1d(trials.first, trials.second):
        if re.search(forbidden, ids[row]):
            raise ValueError(
                f"the ID {ids[row]!r} has blanks or line breaks, which the "
                f"form {form!r} has between names: rename the file"
                + (", or write 'published'" if form != "published" else "")
            )


def _warn_of_contradictions(path, trials, rows):
    singers = numbered(row["singer"] for row in rows)
    known = np.array([bool(row["singer"]) for row in rows])
    alike = singers[trials.first] == singers[trials.second]
    wrong = known[trials.first] & known[trials.second]
    wrong &= alike != trials.labels.astype(bool)
    if not wrong.any():
        return
    first, second, label = (column[wrong][0] for column in trials)
    logger.warning(
        "%s: the labels of %d of %d trials contradict the manifest's singers, "
        "such as %d for %r and %r; the list's labels are used",
        *(path, wrong.sum(), wrong.size, label),
        *(rows[first]["ID"], rows[second]["ID"]),
    )
