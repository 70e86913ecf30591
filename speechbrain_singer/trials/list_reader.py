"""Reads the lines of a list of trials."""

import re
from array import array
from itertools import chain

import numpy as np

from speechbrain_singer.trials.forms import FORMS, LABELS, Form, is_comment
from speechbrain_singer.trials.trials import Trials

# Three words, neither numbers nor paths
HEADER = r"[A-Za-z]\w*([\s,]+[A-Za-z]\w*){2}"


class ListReader:
    """Reads one list.

    Arguments
    ---------
    path : Path
        What messages name.
    names : RecordingNames

    Example
    -------
    >>> from speechbrain_singer.trials.recording_names import RecordingNames
    >>> reader = ListReader("a.txt", RecordingNames([{"ID": "a"}, {"ID": "b"}]))
    >>> reader.read(["# one singer", "1,a,b"]).second
    array([1], dtype=int32)
    """

    def __init__(self, path, names):
        self.path = path
        self.names = names
        self.unknown = {}  # the line where each such name first stands

    def read(self, lines):
        """The trials in the lines of a list; a ValueError names what is wrong.

        Arguments
        ---------
        lines : iterable of str

        Returns
        -------
        trials : Trials
        """
        numbered_lines = enumerate((line.rstrip("\n") for line in lines), 1)
        form, lines = self._recognise(numbered_lines)
        known = self.names.known
        separator, label_at = form
        trials = array("i")
        for number, line in lines:
            fields = line.split(separator)
            try:
                label = LABELS[fields.pop(label_at)]
                first, second = fields
                trials.extend((label, known[first], known[second]))
            except (LookupError, ValueError):
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
            forms = [form for form in FORMS if form.split(line)[1]]
            known = [f for f in forms if self._known(f.split(line)[1])]
            if known or (forms and not is_comment(line)):
                return (known or forms)[0], chain([(number, line)], lines)
            if is_comment(line):
                continue
            text = line.strip()
            if header or not re.fullmatch(HEADER, text):
                raise ValueError(
                    f"{self.path}, line {number}: {text!r} is no trial: a list "
                    f"has lines of the form {', '.join(map(str, FORMS[:-2]))}, "
                    "with the label 0 or 1 (or nontarget or target); names "
                    "with blanks want commas or tabs between them"
                )
            header = text
        raise ValueError(f"{self.path}: holds no trials")

    def _known(self, splits):
        """The rows of each pair of names that are both known."""
        found = [tuple(map(self.names.find, names)) for names in splits]
        return [rows for rows in found if None not in rows]

    def _look_closer(self, form, number, line):
        """The label and the rows in a line that is not plain, or nothing."""
        label, splits = form.split(line)
        if not splits and form.separator is None and "\t" in line:
            # The first name with a blank
            label, splits = Form("\t", form.label_at).split(line)
        found = self._known(splits)
        if len(found) == 1:
            return label, *found[0]
        if is_comment(line):
            return ()
        where = f"{self.path}, line {number}: {line.strip()!r}"
        if found:
            raise ValueError(
                f"{where} can be split into two recordings at {len(found)} of "
                "its commas: write the list with tabs, or rename the files"
            )
        if not splits:
            raise ValueError(
                f"{where} is not of the form {form}, as the first trial is, "
                f"with one of the labels {', '.join(LABELS)}: "
                f"{form.word(line)!r} stands in the place of the label"
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
            if self.names.find(name) is None:
                self.unknown.setdefault(name, number)
        return label, 0, 0  # all is refused in the end
