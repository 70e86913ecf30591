"""Pictures of identification: who is taken for whom, and from how few clips."""

import numpy as np
from matplotlib.colors import PowerNorm

from speechbrain_singer.reports.pictures import name_lines, picture

MAX_NUMBERS = 25  # singers whose matrix has a number in each field
MAX_NAMES = 60  # singers that the axes can name
# In the order and colours of all pictures
LABELS = {
    "linear": "linear probe",
    "knn": "nearest neighbours",
    "centroid": "nearest centroid",
}


def plot_confusion(counts, names, title, path, label="singer"):
    """Draws a confusion matrix; the colour is the share of the true singer.

    Arguments
    ---------
    counts : array_like
        [singers, singers], true singer by predicted singer.
    names : list of str
        Of the singers.
    title : str
    path : str or Path
        Of the picture.
    label : str
        What is told apart, if not singers.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "confusion.png"
    >>> figure = plot_confusion([[3, 1], [0, 4]], ["a", "b"], "", path)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['3', '1', '4']
    """
    counts = np.asarray(counts)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = float(np.clip(1.5 + 0.25 * len(names), 4, 12))
    with picture(path, side + 1.2, side) as figure:
        axis = figure.subplots()
        # Of the root, so that few mistakes among many clips are seen too
        image = axis.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 100))
        bar = figure.colorbar(image, shrink=0.8, aspect=30)
        bar.set_label(f"% of the true {label}'s clips")
        bar.set_ticks((0, 5, 10, 25, 50, 75, 100))
        if len(names) <= MAX_NUMBERS:
            for row, column in zip(*counts.nonzero(), strict=True):
                text = axis.text(column, row, str(counts[row, column]))
                text.set(ha="center", va="center", fontsize=7)
                text.set_color("white" if shares[row, column] > 40 else "black")
        if len(names) <= MAX_NAMES:
            name_lines(axis, names, 8 if len(names) <= MAX_NUMBERS else 6)
            edges = np.arange(1, len(names)) - 0.5
            axis.set_xticks(edges, minor=True)
            axis.set_yticks(edges, minor=True)
            axis.grid(which="minor", color="lightgrey", linewidth=0.4)
            axis.tick_params(which="minor", length=0)
        axis.set(xlabel=f"predicted {label}", ylabel=f"true {label}")
        axis.set_title(title)
    return figure


def plot_few_shot(curves, chance, path):
    """Draws accuracy over the number of clips that are known of each singer.

    Arguments
    ---------
    curves : dict of str to dict of int to dict
        By probe and number of clips, `mean` and `spread` in percent.
    chance : float
        In percent; drawn as a line.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "few_shot.png"
    >>> figures = {"mean": 50.0, "spread": 2.0}
    >>> curves = {"centroid": {1: figures, 2: figures}}
    >>> figure = plot_few_shot(curves, 10.0, path)
    >>> figure.axes[0].get_xlabel()
    'clips of each singer to learn from'
    """
    with picture(path, 5.5, 4) as figure:
        axis = figure.subplots()
        for number, (probe, curve) in enumerate(curves.items()):
            shots, colour = list(curve), f"C{number}"
            mean = np.array([figures["mean"] for figures in curve.values()])
            spread = np.array([figures["spread"] for figures in curve.values()])
            axis.plot(shots, mean, "o-", color=colour, label=LABELS[probe])
            band = axis.fill_between(shots, mean - spread, mean + spread)
            band.set(color=colour, alpha=0.2, linewidth=0)
        axis.axhline(chance, color="grey", linestyle=":", label="chance")
        axis.set_xscale("log")
        axis.set_xticks(shots, [str(n) for n in shots])
        axis.minorticks_off()
        axis.set(xlabel="clips of each singer to learn from")
        axis.set(ylabel="accuracy in %", ylim=(0, 100))
        axis.set_title("Few clips (mean and spread of draws)")
        axis.grid(alpha=0.3)
        axis.legend()
    return figure
