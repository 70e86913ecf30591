"""What a list may call a recording, or a clip of one."""

import os
import re

from speechbrain_singer.dataio.names import ByName, composed


class RecordingNames:
    """Finds rows of a manifest by the names that lists have for them.

    A row's names are its ID; its path, absolute, as it stands in the manifest,
    or relative to a folder; and all these without the ending of the file. What
    is none of these may be a path as the shell has it, from the working
    directory, or have back-slashes. Both forms of Unicode do. Of a
    clip they end with its number, as its ID does: `ann/a.wav#0` or `ann/a#0`.
    An ID goes before a path, and that before a name without an ending. Nothing
    is guessed: a name that several rows share finds none of them.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest. Those without `wav` have no name but their ID.
    data_folder : str or Path, optional
        What paths in lists are relative to.

    Attributes
    ----------
    known : ByName
        The row number for each name.

    Example
    -------
    >>> rows = [{"ID": "ann/a.wav", "wav": "/audio/ann/a.wav"}]
    >>> names = RecordingNames(rows, "/audio/ann")
    >>> [names.find(name) for name in ("ann/a", "./a.wav", "wav")]
    [0, 0, None]
    """

    def __init__(self, rows, data_folder=None):
        self._ids = [row["ID"] for row in rows]
        self._spellings = [_spellings(row, data_folder) for row in rows]
        rows_of = {}  # None for the name of several rows
        for names_of_rows in zip(*self._spellings, strict=True):
            found = {}
            for row, names in enumerate(names_of_rows):
                for name in names:
                    if found.setdefault(name, row) != row:
                        found[name] = None
            rows_of = found | rows_of
        self.known = ByName(
            {name: row for name, row in rows_of.items() if row is not None}
        )

    def find(self, name):
        """The number of the row with this name, or None.

        Blanks and quotes around it do not count, nor do `./` and the like.
        """
        for spelling in _respelt(name):
            row = self.known.find(spelling)
            if row is not None:
                self.known[name] = row
                return row
        return None

    def is_here(self, name):
        """Whether a row has this name, or clips of a recording with it have."""
        names = name, f"{_tidy(name)}#0"
        return any(self.find(name) is not None for name in names)

    def explain(self, name):
        """Why `find` finds nothing, and what to do about it."""
        shared = self._sharing(name) or self._sharing(f"{_tidy(name)}#0")
        if len(shared) > 1:
            return (
                f"{name!r} is the name of {len(shared)} recordings, such as "
                f"{shared[0]!r} and {shared[1]!r}: write their IDs"
            )
        if self.is_here(name):
            return (
                f"{name!r} was cut into clips: write the clips' IDs, such as "
                f"'{name}#0', or measure whole recordings"
            )
        example = f" such as {self._ids[0]!r}" if self._ids else ""
        return (
            f"{name!r} is no recording here: a name is an ID{example}, or a "
            "path, absolute or relative to data_folder or to the working "
            "directory: set data_folder, or take such lines out"
            f"{_of_windows(name)}"
        )

    def _sharing(self, name):
        """The IDs of the rows that have a name."""
        asked = {composed(spelling) for spelling in _respelt(name)}
        return [
            own_id
            for own_id, kinds in zip(self._ids, self._spellings, strict=True)
            if asked & {composed(other) for names in kinds for other in names}
        ]


def _respelt(name):
    """What a name may be meant to be, the likeliest first."""
    yield name
    for path in (name, name.replace("\\", "/")):
        yield _tidy(path)
        yield os.path.abspath(_tidy(path))
        if "\\" not in name:
            return


def _of_windows(name):
    there = "\\" in name
    return "; / in the place of its back-slashes does not help" if there else ""


def _tidy(name):
    return os.path.normpath(name.strip().strip('"'))


def _spellings(row, data_folder):
    """The names of a row: its ID, its paths, and both without the ending."""
    name, clip = row["ID"], ""
    if row.get("recording", name) != name:
        name, clip = re.fullmatch(r"(.*?)(#\d+)?", name, re.DOTALL).groups("")
    if "wav" not in row:
        return [[row["ID"]], [], []]
    paths = [row["wav"], os.path.abspath(row["wav"])]
    if data_folder is not None:
        paths.append(os.path.relpath(row["wav"], data_folder))
    ending = os.path.splitext(row["wav"])[1]
    bare = [path.removesuffix(ending) for path in (name, *paths)]
    return [
        [row["ID"]],
        [path + clip for path in paths],
        [path + clip for path in bare],
    ]
