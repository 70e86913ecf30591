"""The picture of who sings when."""

import numpy as np
from matplotlib import colormaps
from matplotlib.patches import Patch

from speechbrain_singer.reports.pictures import (
    name_legend,
    picture,
    shown_name,
)

_COLOURS = colormaps["tab20"].colors
_LEGEND = 12  # singers that it names
_POINTS = 2000  # of the line of levels; more cannot be seen


def plot_turns(rows, path, levels=None, frame=0.05, title=""):
    """Draws turns as bars over time, a colour for each singer.

    Colours are given in the order in which singers begin, in each row.

    Arguments
    ---------
    rows : dict of str to list of Turn
        By the row's name, such as `found` and `reference`.
    path : str or Path
        Of the picture; its ending says the format.
    levels : np.ndarray, optional
        [frames], in dB, drawn above the bars.
    frame : float
        Length of a frame in seconds.
    title : str

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> from speechbrain_singer.segments.turns import Turn
    >>> path = getfixture("tmp_path") / "duet.png"
    >>> turns = [Turn(0, 2, "ann"), Turn(2, 3, "bob"), Turn(3, 4, "ann")]
    >>> figure = plot_turns({"found": turns}, path)
    >>> len(figure.axes[0].collections)  # one of each singer
    2
    """
    has_levels = levels is not None
    with picture(path, 9.0, 1.4 + 0.45 * len(rows) + has_levels) as figure:
        ratios = [1.2] * has_levels + [0.45 * len(rows)]
        axes = figure.subplots(
            *(len(ratios), 1),
            **{"sharex": True, "height_ratios": ratios, "squeeze": False},
        )[:, 0]
        if has_levels:
            _draw_levels(axes[0], levels, frame)
        bars = axes[-1]
        for height, turns in enumerate(rows.values()):
            _draw_row(bars, turns, -height)
        bars.set_yticks(range(0, -len(rows), -1), list(map(shown_name, rows)))
        bars.set(xlabel="time in s", ylim=(0.5 - len(rows), 0.5))
        bars.set_xlim(left=0)
        axes[0].set_title(shown_name(title))
        names = singers_in_order(next(iter(rows.values())))[:_LEGEND]
        patches = [Patch(color=_colour(n)) for n in range(len(names))]
        place = {"loc": "outside lower center", "ncols": 6}
        name_legend(figure, patches, names, **place)
    return figure


def singers_in_order(turns):
    """The singers of turns, who begins first first.

    Example
    -------
    >>> singers_in_order([(2, 3, "ann"), (0, 2, "bob"), (3, 4, "bob")])
    ['bob', 'ann']
    """
    return list(dict.fromkeys(singer for *_, singer in sorted(turns)))


def _draw_levels(axis, levels, frame):
    step = -(-len(levels) // _POINTS)  # the loudest of so many is drawn
    padded = np.pad(levels, (0, -len(levels) % step), mode="edge")
    highest = padded.reshape(-1, step).max(axis=1)
    times = (np.arange(len(highest)) + 0.5) * step * frame
    axis.plot(times, highest, color="0.4", linewidth=0.8)
    axis.set(ylabel="level in dB", ylim=(highest.max() - 60, highest.max() + 3))


def _draw_row(axis, turns, height):
    for number, name in enumerate(singers_in_order(turns)):
        spans = [(t[0], t[1] - t[0]) for t in turns if t[2] == name]
        axis.broken_barh(
            *(spans, (height - 0.35, 0.7)), facecolors=_colour(number)
        )


def _colour(number):
    # Every second of them: the others are their pale ones
    return _COLOURS[(2 * number + number // 10) % len(_COLOURS)]
