"""A picture of encoders side by side."""

import numpy as np
from matplotlib.figure import Figure


def plot_side_by_side(cells, path):
    """Draws the EER of each encoder under each condition, with its interval.

    Arguments
    ---------
    cells : dict of (str, str) to dict
        By corpus and encoder: `conditions`, each with EER and EER_interval in
        percent. A panel for each corpus.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> cell = {"conditions": {"all pairs": {"EER": 9.0}}}
    >>> path = getfixture("tmp_path") / "a.png"
    >>> figure = plot_side_by_side({("ours", "mfcc"): cell}, path)
    >>> figure.axes[0].get_title()
    'ours'
    """
    corpora = list(dict.fromkeys(corpus for corpus, _ in cells))
    encoders = list(dict.fromkeys(encoder for _, encoder in cells))
    height = 0.9 + 0.45 * len(encoders)
    figure = Figure((7, max(2, height) * len(corpora)), layout="constrained")
    axes = figure.subplots(len(corpora), 1, squeeze=False)[:, 0]
    for axis, corpus in zip(axes, corpora, strict=True):
        own = [cells.get((corpus, encoder), {}) for encoder in encoders]
        _draw(axis, [cell.get("conditions", {}) for cell in own])
        axis.set_yticks(range(len(encoders)), encoders, fontsize=8)
        axis.invert_yaxis()
        axis.set_title(corpus, fontsize=10)
        axis.set_xlabel("EER in %, with its 95 % interval", fontsize=8)
        axis.set_xlim(left=0)
        axis.grid(axis="x", alpha=0.3)
    figure.savefig(path, dpi=120)
    return figure


def _draw(axis, lines):
    """A dot for each encoder and condition."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    for i, name in enumerate(names):
        places = [place for place, line in enumerate(lines) if name in line]
        rates = np.array([lines[place][name]["EER"] for place in places])
        intervals = np.array(
            [
                lines[place][name].get("EER_interval", [rate, rate])
                for place, rate in zip(places, rates, strict=True)
            ]
        ).T
        axis.errorbar(
            rates,
            np.array(places) + 0.2 * (i - (len(names) - 1) / 2),
            xerr=np.abs(intervals - rates),
            fmt="o",
            capsize=3,
            label=name,
        )
    if names:
        axis.legend(fontsize=8)
