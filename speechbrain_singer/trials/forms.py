"""The forms that lists of trials are in."""

from typing import NamedTuple

LABELS = {"0": 0, "1": 1, "nontarget": 0, "target": 1}


class Form(NamedTuple):
    """How the lines of a list are read.

    Arguments
    ---------
    separator : str or None
        Between the fields; None for any blanks.
    label_at : int
        The place of the label among the fields: 0 for the first, -1 for the
        last.

    Example
    -------
    >>> Form(",", 0).split("1,a.wav,b.wav")
    (1, [('a.wav', 'b.wav')])
    """

    separator: str = None
    label_at: int = 0

    def word(self, line):
        """What stands in the place of the label; None if nothing does."""
        parts = line.split(self.separator)
        return parts[self.label_at].strip().strip('"') if parts else None

    def split(self, line):
        """The label of a line, and all pairs of names that it may hold.

        (None, []) for a line of another form. Names may hold commas also where
        these separate them, and so be told apart in several ways.
        """
        label = LABELS.get(self.word(line))
        if label is None:
            return None, []
        parts = line.split(self.separator)
        parts.pop(self.label_at)
        if len(parts) != 2 and self.separator != ",":
            return None, []
        return label, [
            (",".join(parts[:cut]), ",".join(parts[cut:]))
            for cut in range(1, len(parts))
        ]

    def __str__(self):
        names = ["first", "second"]
        names.insert(0 if self.label_at == 0 else 2, "label")
        blank = "a tab" if self.separator == "\t" else ""
        line = (self.separator or " ").join(names).replace("\t", " ")
        return f"`{line}`{f' with {blank} between' if blank else ''}"


# In the order in which they are tried on a first line
FORMS = [Form(mark, place) for mark in (",", None, "\t") for place in (0, -1)]


def is_comment(line):
    """Whether a line, if it is no trial, may be passed over."""
    return not line.strip() or line.lstrip().startswith("#")
