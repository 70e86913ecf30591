"""Lists of trials as files, in the three forms that are in use."""

import re
from array import array
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.numbering import numbered
from speechbrain_singer.trials.recording_names import RecordingNames
from speechbrain_singer.trials.trials import Trials

logger = get_logger(__name__)

BLOCK = 1_000_000  # trials that are written at once


class Form(NamedTuple):
    """How a list is written, and the words for the labels 0 and 1."""

    layout: str
    words: tuple = ("0", "1")

    @property
    def separator(self):
        """Between the fields; None for any blanks."""
        return "," if "," in self.layout else None

    @property
    def label_at(self):
        """The place of the label among the fields: the first or the last."""
        return 0 if self.layout.startswith("{label}") else -1

    def split(self, line):
        """The label of a line, and all pairs of names that it may hold.

        (None, []) for a line of another form. Only names in the published form
        may hold what separates them, and so be told apart in several ways.
        """
        parts = line.split(self.separator)
        word = parts.pop(self.label_at).strip() if parts else None
        cuts = range(1, len(parts))
        if word not in self.words or (len(cuts) > 1 and not self.separator):
            return None, []
        return self.words.index(word), [
            (",".join(parts[:cut]), ",".join(parts[cut:])) for cut in cuts
        ]

    def __str__(self):
        layout = re.sub(r"[{}]", "", self.layout)
        return f"`{layout}` with {self.words[0]} or {self.words[1]}"


FORMS = {
    "published": Form("{label},{first},{second}"),  # Torres et al., ISMIR 2023
    "voxceleb": Form("{label} {first} {second}"),
    "kaldi": Form("{first} {second} {label}", ("nontarget", "target")),
}
# Three words, neither numbers nor paths
HEADER = r"[A-Za-z]\w*([\s,]+[A-Za-z]\w*){2}"


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
    reader = _Reader(path, RecordingNames(rows, data_folder))
    try:
        with path.open(encoding="utf-8-sig") as file:
            trials = reader.read(file)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: not text in UTF-8 ({error}): convert it"
        ) from error
    _warn_of_contradictions(path, trials, rows)
    return trials


def write_trials(path, trials, rows, form="published"):
    """Writes a list of trials, whole or not at all.

    Arguments
    ---------
    path : str or Path
    trials : Trials
    rows : list of dict
        Rows of a manifest; their IDs are the names in the list.
    form : str
        A name in `FORMS`. One that cannot tell the IDs apart is a ValueError.

    Example
    -------
    >>> path = getfixture("tmp_path") / "trials.txt"
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
        for start in range(0, trials.labels.size, BLOCK):
            some = trials.select(slice(start, start + BLOCK))
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


class _Reader:
    """Reads one list; `path` is what messages name."""

    def __init__(self, path, names):
        self.path = path
        self.names = names
        self.unknown = {}  # the line where each such name first stands

    def read(self, lines):
        numbered_lines = enumerate((line.rstrip("\n") for line in lines), 1)
        form, lines = self._recognise(numbered_lines)
        known = self.names.known
        separator, label_at = form.separator, form.label_at
        labels = {word: label for label, word in enumerate(form.words)}
        trials = array("i")
        for number, line in lines:
            fields = line.split(separator)
            try:
                label = labels[fields.pop(label_at)]
                first, second = fields
                trials.extend((label, known[first], known[second]))
            except (LookupError, ValueError):
                if line.strip():
                    trials.extend(self._look_closer(form, number, line))
        if self.unknown:
            (name, number), *more = self.unknown.items()
            others = f" ({len(more)} more names are not found either)"
            raise ValueError(
                f"{self.path}, line {number}: {self.names.explain(name)}"
                f"{others if more else ''}"
            )
        labels, first, second = np.array(trials).reshape(-1, 3).T.copy()
        return Trials(first, second, labels.astype(np.int8))

    def _recognise(self, lines):
        """The form that the first trial has, and the lines from there on."""
        header = None
        for number, line in lines:
            for form in FORMS.values():
                if form.split(line)[1]:
                    return form, chain([(number, line)], lines)
            text = line.strip()
            if text and (header or not re.fullmatch(HEADER, text)):
                raise ValueError(
                    f"{self.path}, line {number}: {text!r} is no trial: a list "
                    "has lines of the form "
                    f"{', or '.join(map(str, FORMS.values()))}; names with "
                    "blanks are for the first of these only"
                )
            header = header or text
        raise ValueError(f"{self.path}: holds no trials")

    def _look_closer(self, form, number, line):
        """The label and the rows in a line that is not plain."""
        where = f"{self.path}, line {number}: {line.strip()!r}"
        find = self.names.find
        label, splits = form.split(line)
        if not splits:
            raise ValueError(
                f"{where} is not of the form {form}, as the first trial is"
            )
        found = [tuple(map(find, names)) for names in splits]
        found = [rows for rows in found if None not in rows]
        if len(found) == 1:
            return label, *found[0]
        if found:
            raise ValueError(
                f"{where} can be split into two recordings at {len(found)} of "
                f"its commas: write {FORMS['voxceleb']}, or rename the files"
            )
        if len(splits) > 1:
            splits = [n for n in splits if all(map(self.names.is_here, n))]
        if not splits:
            raise ValueError(
                f"{where} cannot be split into two recordings at any of its "
                "commas: set data_folder if its paths are relative to one, or "
                "take such lines out"
            )
        for name in splits[0]:
            if find(name) is None:
                self.unknown.setdefault(name, number)
        return label, 0, 0  # all is refused in the end
