"""Curves of voices: what is gained by hearing more, and learning from more."""

import numpy as np

from speechbrain_singer.reports.pictures import name_legend, picture

COLUMNS = 2  # panels beside each other
CHANCE = "chance"  # the name of the line of chance
COLOURS = 10  # of matplotlib's cycle
_STYLES = ("-", "--", "-.")  # of more lines than there are colours


def plot_voice_curves(panels, label, path):
    """Draws accuracy, panel by panel, as lines with their spread.

    Arguments
    ---------
    panels : dict of str to dict
        By title the lines, by their names: dicts from the places along the
        axis, as text, to figures, `mean` and `spread` in percent. The line of
        `chance` is a number, and dotted.
    label : str
        What the places along the axis are.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "curves.png"
    >>> line = {"1": {"mean": 50.0, "spread": 2.0}}
    >>> panels = {"vocals": {"ours": line, "chance": 10.0}}
    >>> figure = plot_voice_curves(panels, "clips", path)
    >>> figure.axes[0].get_xlabel()
    'clips'
    """
    columns = min(COLUMNS, len(panels))
    lines = -(-len(panels) // columns)
    handles = {}
    with picture(path, 2 + 3 * columns, 0.4 + 2.8 * lines) as figure:
        grid = figure.subplots(lines, columns, squeeze=False, sharey=True)
        for axis in grid.flat[len(panels) :]:
            axis.set_axis_off()
        looks = _looks(panels)
        for axis, (title, own) in zip(grid.flat, panels.items(), strict=False):
            handles |= _draw(axis, own, looks)
            axis.set_title(title)
            axis.set_xlabel(label, fontsize=8)
            axis.grid(alpha=0.3)
        for axis in grid[:, 0]:
            axis.set(ylabel="accuracy in %", ylim=(0, 102))
        name_legend(
            *(figure, list(handles.values()), list(handles)),
            loc="outside right center",
        )
    return figure


def _looks(panels):
    """Colour and style of each line: alike in all panels."""
    names = dict.fromkeys(name for own in panels.values() for name in own)
    names.pop(CHANCE, None)
    return {
        name: {
            "color": f"C{place % COLOURS}",
            "linestyle": _STYLES[place // COLOURS % len(_STYLES)],
        }
        for place, name in enumerate(names)
    }


def _draw(axis, lines, looks):
    """The handle of each line."""
    curves = {name: own for name, own in lines.items() if name != CHANCE}
    # The longest line knows where those places are that others lack
    longest = sorted(curves.values(), key=len, reverse=True)
    places = list(dict.fromkeys(at for own in longest for at in own))
    handles = {}
    for name, curve in curves.items():
        at = [places.index(place) for place in curve]
        mean = np.array([figures["mean"] for figures in curve.values()])
        spread = np.array([own["spread"] or 0 for own in curve.values()])
        (handles[name],) = axis.plot(at, mean, marker="o", **looks[name])
        band = axis.fill_between(at, mean - spread, mean + spread)
        band.set(color=looks[name]["color"], alpha=0.15, linewidth=0)
    if CHANCE in lines:
        look = {"color": "grey", "linestyle": ":"}
        handles[CHANCE] = axis.axhline(lines[CHANCE], **look)
    axis.set_xticks(range(len(places)), places)
    return handles
