"""Pictures of scores: how far apart same-singer trials and the others lie."""

import numpy as np
from scipy.stats import norm

from speechbrain_singer.reports.pictures import picture

# Error rates, in percent, that the axes of a DET curve name
TICKS = np.array([0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80])
BINS = 100
LOWEST = 0.0005  # error rate; zero lies infinitely far out


def plot_det(rejection, acceptance, path):
    """Draws a detection error trade-off (DET) curve on normal deviate axes.

    Martin et al., "The DET curve in assessment of detection task
    performance", Eurospeech 1997.

    Arguments
    ---------
    rejection, acceptance : np.ndarray
        [points], rates of false rejection and of false acceptance.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> rates = np.linspace(0, 1, 9)
    >>> path = getfixture("tmp_path") / "det.png"
    >>> figure = plot_det(rates, 1 - rates, path)
    >>> figure.axes[0].get_xlabel()
    'false acceptance in %'
    """
    places, labels = norm.ppf(TICKS / 100), [f"{tick:g}" for tick in TICKS]
    limits = norm.ppf([LOWEST, 0.9])
    rates = np.clip([acceptance, rejection], LOWEST, 1 - LOWEST)
    with picture(path, 5.5, 5) as figure:
        axis = figure.subplots()
        axis.plot(*norm.ppf(rates), drawstyle="steps-post")
        axis.plot(limits, limits, color="grey", linewidth=0.7, linestyle=":")
        axis.set_xticks(places, labels)
        axis.set_yticks(places, labels)
        axis.set(xlim=limits, xlabel="false acceptance in %")
        axis.set(ylim=limits, ylabel="false rejection in %")
        axis.set_title("DET curve (dotted: equal errors)")
        axis.grid(alpha=0.3)
    return figure


def plot_scores(scores, labels, threshold, path):
    """Draws the distributions of both kinds of scores.

    Arguments
    ---------
    scores : np.ndarray
        [trials]
    labels : np.ndarray
        [trials], 1 for the same singer.
    threshold : float
        Of equal errors, marked.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "scores.png"
    >>> scores, labels = np.array([0.1, 0.9]), np.array([0, 1])
    >>> plot_scores(scores, labels, 0.5, path).axes[0].get_xlabel()
    'score'
    """
    edges = np.linspace(scores.min(), scores.max() + 1e-9, BINS + 1)
    same = np.asarray(labels).astype(bool)
    with picture(path, 6, 4) as figure:
        axis = figure.subplots()
        for name, chosen in (("same singer", same), ("other singer", ~same)):
            density, _ = np.histogram(scores[chosen], edges, density=True)
            label = f"{name} ({chosen.sum():,})"
            # One shape; a bar for each bin takes as long as all the rest
            axis.stairs(density, edges, fill=True, alpha=0.6, label=label)
        axis.axvline(
            threshold, color="black", linewidth=1, label="equal errors"
        )
        axis.set(xlabel="score", ylabel="density", title="Scores of trials")
        axis.legend()
    return figure
