"""What all pictures have in common."""

from contextlib import contextmanager

from matplotlib import rc_context
from matplotlib.figure import Figure

STYLE = {"axes.titlesize": 10, "legend.fontsize": 8, "savefig.dpi": 120}


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
        figure.savefig(path)


def name_lines(axis, names, fontsize):
    """Names the rows and the columns of a square matrix."""
    ticks = range(len(names))
    axis.set_xticks(ticks, names, rotation=90, fontsize=fontsize)
    axis.set_yticks(ticks, names, fontsize=fontsize)
