"""What all pictures have in common."""

import io
import re
from contextlib import contextmanager
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.dataio.names import composed
from speechbrain_singer.reports.fonts import readable

STYLE = {
    **{"axes.titlesize": 10, "legend.fontsize": 8, "savefig.dpi": 120},
    "text.parse_math": False,  # singers may be called A$AP and Ke$ha
}
LONGEST = 26  # characters of a name that are shown


@contextmanager
def picture(path, width, height):
    """Gives a figure to draw in, and saves it when all is drawn.

    Arguments
    ---------
    path : str or Path
        Of the picture; its ending says the format.
    width, height : float
        In inches.

    Yields
    ------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "empty.png"
    >>> with picture(path, 3, 2) as figure:
    ...     axis = figure.subplots()
    >>> path.is_file()
    True
    """
    with rc_context(STYLE):
        figure = Figure((width, height), layout="constrained")
        yield figure
        drawn = io.BytesIO()
        with readable(figure):
            figure.savefig(drawn, format=Path(path).suffix[1:])
    with atomic_path(path) as temporary:
        temporary.write_bytes(drawn.getvalue())


def shown_name(name):
    """A name as pictures show it: on one line, and not too long.

    Example
    -------
    >>> shown_name("Ann\\nof " + 9 * "Cleves ")
    'Ann of Cleves Cl…es Cleves'
    """
    text = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", composed(name)).strip()
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 10]}…{text[-9:]}"
    return text


def name_lines(axis, names, fontsize):
    """Names the rows and the columns of a square matrix."""
    ticks, names = range(len(names)), list(map(shown_name, names))
    axis.set_xticks(ticks, names, rotation=90, fontsize=fontsize)
    axis.set_yticks(ticks, names, fontsize=fontsize)


def name_legend(axis, handles, names, **settings):
    """A legend of any names.

    matplotlib's own leaves out those that begin with an underscore.

    Arguments
    ---------
    axis : matplotlib.axes.Axes or matplotlib.figure.Figure
    handles : list of matplotlib.artist.Artist
    names : list of str
    **settings
        As `axis.legend` takes them.
    """
    places = [str(place) for place in range(len(names))]
    legend = axis.legend(handles, places, **settings)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(shown_name(name))
