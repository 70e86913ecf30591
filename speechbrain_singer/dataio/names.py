"""Names of people and of files: one name, however it is encoded."""

import unicodedata


def composed(name):
    """The composed form of a name (Unicode's NFC).

    Keyboards write é as one character; a folder copied from a Mac has an e
    with an accent behind it. They are one name.

    Example
    -------
    >>> len("Zoe\\u0308"), len(composed("Zoe\\u0308"))
    (4, 3)
    """
    return unicodedata.normalize("NFC", name)


class ByName(dict):
    """What belongs to names, found in whichever form a name is written.

    A name that stands there as it is written goes first. So two names that
    differ only in their form can be told apart.

    Example
    -------
    >>> ages = ByName({"Zoe\\u0308": 31})
    >>> ages.find("Zo\\u00eb"), ages.find("Bob")
    (31, None)
    """

    def __init__(self, values):
        super().__init__(values)
        self._composed = {}  # of the other names; None for that of several
        for name, value in self.items():
            form = composed(name)
            if form != name:
                other = self._composed.get(form, self.get(form, value))
                self._composed[form] = value if other == value else None

    def find(self, name):
        """What belongs to a name, None if nothing does or several things do."""
        if name in self:
            return self[name]
        form = composed(name)
        return self._composed.get(form, self.get(form))
