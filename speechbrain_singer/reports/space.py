"""Recordings in three dimensions, to turn on the page."""

import numpy as np
from matplotlib.colors import to_hex

from speechbrain_singer.numbering import sorted_numbers
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.singers import colours_of

_TEXT = (
    "Recordings whose embeddings are alike stand near one another (t-SNE of "
    "three components). Who is whose neighbour can be trusted; how far apart "
    "clouds are, and how large, cannot."
)
_REACH = 1000  # whole numbers are short in the page


def space_section(points, rows, columns):
    """A cloud of recordings that one turns.

    Arguments
    ---------
    points : np.ndarray
        [recordings, 3], as `tsne` places them.
    rows : list of dict
        Of a manifest: their names.
    columns : sequence of str
        Of the manifest, by which they are coloured.

    Returns
    -------
    section : Section
    """
    data = space_data(points, rows, columns)
    return Section("In three dimensions", _TEXT, widgets={"space": data})


def space_data(points, rows, columns):
    """What is drawn, for JSON.

    Arguments
    ---------
    points, rows, columns
        As `space_section` takes them.

    Returns
    -------
    data : dict
        `points`, three whole numbers each, within 1000 of the centre; `names`
        of the recordings; `colourings`, for each column its `names` and their
        `colours`, and the `index` of each recording among these.

    Example
    -------
    >>> rows = [{"ID": "a", "singer": "ann"}, {"ID": "b", "singer": "bob"}]
    >>> data = space_data(np.array([[0, 0, 0], [2, 0, 0]]), rows, ["singer"])
    >>> data["points"], data["colourings"][0]["names"]
    ([[-1000, 0, 0], [1000, 0, 0]], ['ann', 'bob'])
    """
    centred = points - (points.min(axis=0) + points.max(axis=0)) / 2
    reach = np.linalg.norm(centred, axis=1).max() or 1.0
    return {
        "points": np.rint(_REACH * centred / reach).astype(int).tolist(),
        "names": [row["ID"] for row in rows],
        "colourings": [_colouring(rows, column) for column in columns],
    }


def _colouring(rows, column):
    names, index = sorted_numbers([row[column] for row in rows])
    colours = list(map(to_hex, colours_of(names)))
    return {
        "column": column,
        "names": names,
        "colours": colours,
        "index": index.tolist(),
    }
