"""Pictures of scores: how far apart same-singer trials and the others lie."""

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import norm

# Error rates, in percent, that the axes of a DET curve name
TICKS = np.array([0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80])
BINS = 100


def plot_det(curves, path):
    """Draws detection error trade-off (DET) curves on normal deviate axes.

    Martin et al., "The DET curve in assessment of detection task
    performance", Eurospeech 1997.

    Arguments
    ---------
    curves : dict of str to tuple of np.ndarray
        By name, rates of false rejection and of false acceptance, each [n].
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> rates = np.linspace(0, 1, 9)
    >>> path = getfixture("tmp_path") / "det.png"
    >>> figure = plot_det({"by chance": (rates, 1 - rates)}, path)
    >>> figure.axes[0].get_xlabel()
    'false acceptance in %'
    """
    figure = Figure((5.5, 5), layout="constrained")
    axis = figure.subplots()
    lowest = 0.05  # in percent; zero lies infinitely far out
    for name, (rejection, acceptance) in curves.items():
        rates = [
            norm.ppf(np.clip(rate, lowest / 100, 1 - lowest / 100))
            for rate in (acceptance, rejection)
        ]
        axis.plot(*rates, label=name, drawstyle="steps-post")
    places = norm.ppf(TICKS / 100)
    labels = [f"{tick:g}" for tick in TICKS]
    axis.set_xticks(places, labels)
    axis.set_yticks(places, labels)
    limits = norm.ppf([lowest / 100, 0.9])
    axis.plot(limits, limits, color="grey", linewidth=0.7, linestyle=":")
    axis.set_xlim(limits)
    axis.set_ylim(limits)
    axis.set_xlabel("false acceptance in %")
    axis.set_ylabel("false rejection in %")
    axis.set_title("DET curve (dotted: equal errors)", fontsize=10)
    axis.grid(alpha=0.3)
    if len(curves) > 1:
        axis.legend(fontsize=8)
    figure.savefig(path, dpi=120)
    return figure


def plot_scores(scores, labels, path, threshold=None):
    """Draws the distributions of both kinds of scores.

    Arguments
    ---------
    scores : np.ndarray
        [trials]
    labels : np.ndarray
        [trials], 1 for the same singer.
    path : str or Path
        Of the picture.
    threshold : float, optional
        Marked, where errors are equal for example.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "scores.png"
    >>> scores, labels = np.array([0.1, 0.9]), np.array([0, 1])
    >>> plot_scores(scores, labels, path, threshold=0.5).axes[0].get_xlabel()
    'score'
    """
    figure = Figure((6, 4), layout="constrained")
    axis = figure.subplots()
    edges = np.linspace(scores.min(), scores.max() + 1e-9, BINS + 1)
    same = np.asarray(labels).astype(bool)
    for name, chosen in (("same singer", same), ("other singer", ~same)):
        axis.hist(
            scores[chosen],
            edges,
            density=True,
            alpha=0.6,
            label=f"{name} ({chosen.sum():,})",
        )
    if threshold is not None:
        axis.axvline(
            threshold, color="black", linewidth=1, label="equal errors"
        )
    axis.set_xlabel("score")
    axis.set_ylabel("density")
    axis.legend(fontsize=8)
    axis.set_title("Scores of trials", fontsize=10)
    figure.savefig(path, dpi=120)
    return figure
