"""Pictures of identification: who is taken for whom, and from how few clips."""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

MAX_NUMBERS = 25  # singers whose matrix has a number in each field
MAX_NAMES = 60  # singers that the axes can name
# In the order and colours of all pictures
LABELS = {
    "linear": "linear probe",
    "knn": "nearest neighbours",
    "centroid": "nearest centroid",
}


def plot_confusion(counts, names, path, title="Who is taken for whom"):
    """Draws a confusion matrix; the colour is the share of the true singer.

    Arguments
    ---------
    counts : array_like
        [singers, singers], true singer by predicted singer.
    names : list of str
        Of the singers.
    path : str or Path
        Of the picture.
    title : str

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "confusion.png"
    >>> figure = plot_confusion([[3, 1], [0, 4]], ["ann", "bob"], path)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['3', '1', '4']
    """
    counts = np.asarray(counts)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = float(np.clip(1.5 + 0.25 * len(names), 4, 12))
    figure = Figure((side + 1.2, side), layout="constrained")
    axis = figure.subplots()
    # Of the root, so that few mistakes among many clips are seen too
    image = axis.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 100))
    figure.colorbar(
        image,
        label="% of the true singer's clips",
        ticks=(0, 5, 10, 25, 50, 75, 100),
        shrink=0.8,
        aspect=30,
    )
    size = 8 if len(names) <= MAX_NUMBERS else 6
    if len(names) <= MAX_NUMBERS:
        for row, column in zip(*counts.nonzero(), strict=True):
            axis.text(
                column,
                row,
                str(counts[row, column]),
                ha="center",
                va="center",
                fontsize=7,
                color="white" if shares[row, column] > 40 else "black",
            )
    if len(names) <= MAX_NAMES:
        ticks = range(len(names))
        axis.set_xticks(ticks, names, rotation=90, fontsize=size)
        axis.set_yticks(ticks, names, fontsize=size)
        edges = np.arange(1, len(names)) - 0.5
        axis.set_xticks(edges, minor=True)
        axis.set_yticks(edges, minor=True)
        axis.grid(which="minor", color="lightgrey", linewidth=0.4)
        axis.tick_params(which="minor", length=0)
    axis.set_xlabel("predicted singer")
    axis.set_ylabel("true singer")
    axis.set_title(title, fontsize=10)
    figure.savefig(path, dpi=120)
    return figure


def plot_few_shot(curves, path, chance=None):
    """Draws accuracy over the number of clips that are known of each singer.

    Arguments
    ---------
    curves : dict of str to dict of int to dict
        By probe and number of clips, `mean` and `spread` in percent.
    path : str or Path
        Of the picture.
    chance : float, optional
        In percent; drawn as a line.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "few_shot.png"
    >>> figures = {"mean": 50.0, "spread": 2.0}
    >>> figure = plot_few_shot({"centroid": {1: figures, 2: figures}}, path)
    >>> figure.axes[0].get_xlabel()
    'clips of each singer to learn from'
    """
    figure = Figure((5.5, 4), layout="constrained")
    axis = figure.subplots()
    for number, (probe, curve) in enumerate(curves.items()):
        shots = [int(n) for n in curve]
        mean, spread = (
            np.array([figures[key] for figures in curve.values()])
            for key in ("mean", "spread")
        )
        axis.plot(shots, mean, "o-", color=f"C{number}", label=LABELS[probe])
        axis.fill_between(
            shots,
            mean - spread,
            mean + spread,
            color=f"C{number}",
            alpha=0.2,
            linewidth=0,
        )
    if chance is not None:
        axis.axhline(chance, color="grey", linestyle=":", label="chance")
    axis.set_xscale("log")
    axis.set_xticks(shots, [str(n) for n in shots])
    axis.minorticks_off()
    axis.set_ylim(0, 100)
    axis.set_xlabel("clips of each singer to learn from")
    axis.set_ylabel("accuracy in %")
    axis.set_title("Few clips (mean and spread of draws)", fontsize=10)
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8)
    figure.savefig(path, dpi=120)
    return figure
