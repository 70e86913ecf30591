"""Reads lists of trials in the forms that are in use."""

import re
from array import array
from itertools import chain
from typing import NamedTuple

import numpy as np

from speechbrain_singer.trials.trials import Trials


class Form(NamedTuple):
    """How a list is written.

    Arguments
    ---------
    layout : str
        A line, for `str.format`.
    pattern : str
        What a line looks like, as a regular expression.
    words : tuple of str
        For the labels 0 and 1.
    """

    layout: str
    pattern: str
    words: tuple

    @property
    def separator(self):
        """Between the fields; None for any blanks."""
        return "," if "," in self.layout else None

    @property
    def places(self):
        """Which of the fields hold the label, the first and the second name."""
        fields = re.findall(r"\w+", self.layout)
        return [fields.index(name) for name in ("label", "first", "second")]


FORMS = {
    # Torres et al., ISMIR 2023
    "published": Form("{label},{first},{second}", r"[01]\s*,.+,.+", ("0", "1")),
    "voxceleb": Form(
        "{label} {first} {second}", r"[01]\s+\S+\s+\S+", ("0", "1")
    ),
    "kaldi": Form(
        "{first} {second} {label}",
        r"\S+\s+\S+\s+(non)?target",
        ("nontarget", "target"),
    ),
}
# Three words, neither numbers nor paths
HEADER = r"[A-Za-z]\w*(\s*,\s*|\s+)[A-Za-z]\w*(\s*,\s*|\s+)[A-Za-z]\w*"


class TrialReader:
    """Reads one list of trials.

    Arguments
    ---------
    path : str or Path
        What messages name.
    names : RecordingNames

    Example
    -------
    >>> from speechbrain_singer.trials.recording_names import RecordingNames
    >>> names = RecordingNames([{"ID": "ann"}, {"ID": "bob"}])
    >>> TrialReader("my.txt", names).read(["bob ann nontarget"]).second
    array([0], dtype=int32)
    """

    def __init__(self, path, names):
        self.path = path
        self.names = names
        self.unknown = {}  # the line where each such name first stands

    def read(self, lines):
        """Reads the list.

        Arguments
        ---------
        lines : iterable of str

        Returns
        -------
        trials : Trials

        Raises
        ------
        ValueError
            As `read_trials` says.
        """
        form, lines = self._recognise(enumerate(lines, 1))
        known, separator = self.names.known, form.separator
        words = {word: label for label, word in enumerate(form.words)}
        label_at, first_at, second_at = form.places
        labels, first, second = array("b"), array("i"), array("i")
        for number, line in lines:
            fields = line.rstrip("\n").split(separator)
            try:
                trial = (
                    words[fields[label_at]],
                    known[fields[first_at]],
                    known[fields[second_at]],
                )
            except (KeyError, IndexError):
                trial = None
            if trial is None or len(fields) != 3:
                trial = self._look_closer(form, words, number, line)
            if trial is not None:
                labels.append(trial[0])
                first.append(trial[1])
                second.append(trial[2])
        self._refuse_unknown()
        return Trials(*(np.array(column) for column in (first, second, labels)))

    def _recognise(self, lines):
        """The form that the first trial has, and the lines from there on."""
        header = None
        for number, line in lines:
            text = line.strip()
            for form in FORMS.values():
                if re.fullmatch(form.pattern, text):
                    return form, chain([(number, line)], lines)
            if text and (header or not re.fullmatch(HEADER, text)):
                layouts = [_for_people(form) for form in FORMS.values()]
                raise ValueError(
                    f"{self.path}, line {number}: {text!r} is no trial: a list "
                    f"has lines of the form {', or '.join(layouts)}; names "
                    "with blanks are for the first of these only"
                )
            header = header or text
        raise ValueError(f"{self.path}: holds no trials")

    def _look_closer(self, form, words, number, line):
        """The trial in a line that is not plain; None if it is blank."""
        text = line.strip()
        if not text:
            return None
        where = f"{self.path}, line {number}: {text!r}"
        if not re.fullmatch(form.pattern, text):
            raise ValueError(
                f"{where} is not of the form {_for_people(form)}, as the first "
                "trial is"
            )
        label, *splits = _splits(form, line)
        found = [tuple(map(self.names.find, names)) for names in splits]
        found = [rows for rows in found if None not in rows]
        if len(found) == 1:
            return words[label], *found[0]
        if found:
            raise ValueError(
                f"{where} can be split into two recordings at {len(found)} of "
                f"its commas: write {_for_people(FORMS['voxceleb'])}, or "
                "rename the files"
            )
        if len(splits) > 1:
            splits = [names for names in splits if self._was_cut(names)]
        if not splits:
            raise ValueError(
                f"{where} cannot be split into two recordings at any of its "
                "commas: set data_folder if its paths are relative to one, or "
                "take such lines out"
            )
        for name in splits[0]:
            if self.names.find(name) is None:
                self.unknown.setdefault(name, number)
        return None

    def _was_cut(self, names):
        """Whether both names were known if recordings were not clips here."""
        return all(
            self.names.find(name) is not None
            or self.names.find(f"{name}#0") is not None
            for name in (name.strip().strip('"') for name in names)
        )

    def _refuse_unknown(self):
        if not self.unknown:
            return
        name, number = next(iter(self.unknown.items()))
        more = len(self.unknown) - 1
        others = f" ({more} more names are not found either)" if more else ""
        raise ValueError(
            f"{self.path}, line {number}: {self.names.explain(name)}{others}"
        )


def _splits(form, line):
    """The label in a line, and all the pairs of names it may have."""
    if form.separator is None:
        fields = line.split()
        label, first, second = (fields[place] for place in form.places)
        return label, (first, second)
    label, *parts = line.rstrip("\n").split(",")
    joined = [
        (",".join(parts[:count]), ",".join(parts[count:]))
        for count in range(1, len(parts))
    ]
    return label.strip(), *joined


def _for_people(form):
    layout = re.sub(r"[{}]", "", form.layout)
    return f"`{layout}` with {form.words[0]} or {form.words[1]}"
