"""Lists of trials as files, and what may be wrong with them."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.numbering import numbered
from speechbrain_singer.trials.reader import FORMS, TrialReader
from speechbrain_singer.trials.recording_names import RecordingNames
from speechbrain_singer.trials.rules import recording_numbers

logger = get_logger(__name__)


CHUNK = 1_000_000  # trials that are written at once


def read_trials(path, rows, data_folder=None):
    """Reads a list of trials in one of the `FORMS`, told by its first line.

    The published `label,path1,path2` (label 1 for one singer), VoxCeleb's
    `label path1 path2`, and Kaldi's `id1 id2 target` or `nontarget`. Names
    with blanks in them are for the first only. There a name with a comma is
    found if there is one way only to split the line into two known names.
    Blank lines and a header are passed over.

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
        What the paths in the list are relative to.

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
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such list of trials; write_trials writes one"
        )
    reader = TrialReader(path, RecordingNames(rows, data_folder))
    try:
        with path.open(encoding="utf-8-sig") as file:
            trials = reader.read(file)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: not text in UTF-8 ({error}): convert it"
        ) from error
    _warn_of_contradictions(path, trials, rows)
    return trials


def _warn_of_contradictions(path, trials, rows):
    names = [row["singer"] for row in rows]
    singers = numbered(names)
    known = np.array([bool(name) for name in names])
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


def write_trials(path, trials, rows, form="published"):
    """Writes a list of trials, whole or not at all.

    Arguments
    ---------
    path : str or Path
    trials : Trials
    rows : list of dict
        Rows of a manifest; their IDs are the names in the list.
    form : str
        A name in `FORMS`.

    Raises
    ------
    ValueError
        If there is no such form, or it cannot tell the IDs apart.

    Example
    -------
    >>> path = getfixture("tmp_path") / "trials.txt"
    >>> from speechbrain_singer.trials.trials import Trials
    >>> rows = [{"ID": "a", "singer": "ann"}, {"ID": "b", "singer": "bob"}]
    >>> trials = Trials(np.array([0]), np.array([1]), np.array([0]))
    >>> write_trials(path, trials, rows, form="kaldi")
    >>> path.read_text()
    'a b nontarget\\n'
    """
    if form not in FORMS:
        raise ValueError(f"no form {form!r}; there are {', '.join(FORMS)}")
    ids = [row["ID"] for row in rows]
    _check_ids(ids, trials, form)
    words, line = FORMS[form].words, FORMS[form].layout + "\n"
    with atomic_open(path) as file:
        for start in range(0, trials.labels.size, CHUNK):
            some = trials.select(slice(start, start + CHUNK))
            file.writelines(
                line.format(label=words[c], first=ids[a], second=ids[b])
                for a, b, c in zip(*(x.tolist() for x in some), strict=True)
            )


def _check_ids(ids, trials, form):
    if len(set(ids)) < len(ids):
        name, times = Counter(ids).most_common(1)[0]
        raise ValueError(
            f"{times} rows of the manifest have the ID {name!r}: a list cannot "
            "tell them apart"
        )
    forbidden = r"\s" if FORMS[form].separator is None else r"[\r\n]"
    used = np.zeros(len(ids), bool)
    used[trials.first] = used[trials.second] = True
    for row in np.flatnonzero(used):
        if re.search(forbidden, ids[row]):
            raise ValueError(
                f"the ID {ids[row]!r} has blanks or line breaks, which the "
                f"form {form!r} has between names: rename the file"
                + (", or write 'published'" if form != "published" else "")
            )


class Flaws(NamedTuple):
    """What trials should not be.

    Arguments
    ---------
    itself : np.ndarray
        [trials] of bool: a recording with itself.
    one_recording : np.ndarray
        [trials] of bool: two clips of one recording, as one singer.
    repeated : np.ndarray
        [trials] of bool: a pair that came before, in whichever order.
    """

    itself: np.ndarray
    one_recording: np.ndarray
    repeated: np.ndarray

    @property
    def flawed(self):
        """[trials] of bool: those with any flaw."""
        return self.itself | self.one_recording | self.repeated

    @property
    def counts(self):
        """How many trials have each flaw, by its name."""
        return {name: int(mask.sum()) for name, mask in self._asdict().items()}

    def __str__(self):
        said = {
            "itself": "of a recording with itself",
            "one_recording": "of two clips of one recording as one singer",
            "repeated": "repeated",
        }
        counts = self.counts
        phrases = [f"{counts[k]} {said[k]}" for k in said if counts[k]]
        return ", ".join(phrases) or "no flaws"


def find_flaws(trials, rows):
    """Finds trials that a good list does not have.

    Arguments
    ---------
    trials : Trials
    rows : list of dict
        Rows of a manifest. Their column `recording` says what a clip was cut
        from; if there is none, the clips of one file are of one recording.

    Returns
    -------
    flaws : Flaws

    Example
    -------
    >>> from speechbrain_singer.trials.trials import Trials
    >>> rows = [{"ID": name, "recording": name[0]} for name in ("a1", "a2")]
    >>> ones = np.ones(3, int)
    >>> flaws = find_flaws(Trials(ones, np.array([1, 0, 0]), ones), rows)
    >>> print(flaws)
    1 of a recording with itself, 2 of two clips of one recording as one \
singer, 1 repeated
    """
    first, second = trials.first, trials.second
    recordings = recording_numbers(rows)
    itself = first == second
    one_recording = recordings[first] == recordings[second]
    one_recording &= trials.labels.astype(bool) & ~itself
    pairs = np.minimum(first, second).astype(np.int64) * len(rows)
    pairs += np.maximum(first, second)
    _, earliest = np.unique(pairs, return_index=True)
    repeated = np.ones(pairs.size, bool)
    repeated[earliest] = False
    return Flaws(itself, one_recording, repeated)


def drop_flaws(trials, rows):
    """The trials without flaws; of those that are repeated, the first stays.

    Arguments
    ---------
    trials : Trials
    rows : list of dict
        As `find_flaws` takes them.

    Returns
    -------
    trials : Trials

    Example
    -------
    >>> from speechbrain_singer.trials.trials import Trials
    >>> rows = [{"ID": name, "recording": name[0]} for name in ("a1", "b1")]
    >>> trials = Trials(np.array([0, 0, 1]), np.array([0, 1, 0]), np.zeros(3))
    >>> drop_flaws(trials, rows).second
    array([1])
    """
    return trials.select(~find_flaws(trials, rows).flawed)
