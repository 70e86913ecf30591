"""A comparison of encoders on corpora: its table and its picture."""

import numpy as np

from speechbrain_singer.reports.pictures import name_legend, picture, shown_name

MISSING = "-"


def comparison_table(cells):
    """The table: a line for each encoder on each corpus.

    Arguments
    ---------
    cells : dict of (str, str) to dict
        By corpus and encoder, what `Comparison.measure` returns.

    Returns
    -------
    table : list of list of str
        The heads of the columns first.

    Example
    -------
    >>> figures = {"EER": 9.0, "EER_interval": [8, 10], "MNR": 2.0}
    >>> cell = {"conditions": {"all pairs": figures}, "accuracy": 80.0}
    >>> for line in comparison_table({("ours", "mfcc"): cell}):
    ...     print(" | ".join(line))
    corpus | encoder | all pairs: EER (95 %) | all pairs: MNR | accuracy
    ours | mfcc | 9.0 (8.0 to 10.0) | 2.0 | 80.0
    """
    names = (name for cell in cells.values() for name in cell["conditions"])
    conditions = list(dict.fromkeys(names))
    heads = [f"{name}: EER (95 %)" for name in conditions]
    rank = f"{conditions[0]}: MNR" if conditions else "MNR"
    table = [["corpus", "encoder", *heads, rank, "accuracy"]]
    for (corpus, encoder), cell in cells.items():
        figures = [cell["conditions"].get(name, {}) for name in conditions]
        first = figures[0] if figures else {}
        numbers = _number(first.get("MNR")), _number(cell.get("accuracy"))
        table.append([corpus, encoder, *map(eer_cell, figures), *numbers])
    return table


def eer_cell(figures):
    """An equal error rate with its interval, as tables show it.

    Example
    -------
    >>> eer_cell({"EER": 9.0, "EER_interval": [8, 10]}), eer_cell({})
    ('9.0 (8.0 to 10.0)', '-')
    """
    rate = _number(figures.get("EER"))
    if "EER_interval" not in figures:
        return rate
    low, high = map(_number, figures["EER_interval"])
    return f"{rate} ({low} to {high})"


def _number(value):
    return MISSING if value is None else f"{value:.1f}"


def plot_comparison(cells, path):
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
    >>> figure = plot_comparison({("ours", "mfcc"): cell}, path)
    >>> figure.axes[0].get_title()
    'ours'
    """
    corpora = list(dict.fromkeys(corpus for corpus, _ in cells))
    encoders = list(dict.fromkeys(encoder for _, encoder in cells))
    height = 0.9 + 0.45 * len(encoders)
    with picture(path, 7, max(2, height) * len(corpora)) as figure:
        axes = figure.subplots(len(corpora), 1, squeeze=False)[:, 0]
        for axis, corpus in zip(axes, corpora, strict=True):
            own = [cells.get((corpus, encoder), {}) for encoder in encoders]
            _draw(axis, [cell.get("conditions", {}) for cell in own])
            shown = list(map(shown_name, encoders))
            axis.set_yticks(range(len(encoders)), shown, fontsize=8)
            # From the top; those without figures have their lines too
            axis.set_ylim(len(encoders) - 0.5, -0.5)
            axis.set_title(shown_name(corpus))
            axis.set_xlabel("EER in %, with its 95 % interval", fontsize=8)
            axis.set_xlim(left=0)
            axis.grid(axis="x", alpha=0.3)
    return figure


def _draw(axis, lines):
    """A dot for each encoder and condition."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    dots = []
    for i, name in enumerate(names):
        places = [place for place, line in enumerate(lines) if name in line]
        own = [lines[place][name] for place in places]
        rates = np.array([figures["EER"] for figures in own])
        # Without an interval its ends are the rate
        bounds = [f.get("EER_interval", [f["EER"]] * 2) for f in own]
        reach = np.abs(np.transpose(bounds) - rates)
        heights = np.array(places) + 0.2 * (i - (len(names) - 1) / 2)
        dots.append(
            axis.errorbar(rates, heights, xerr=reach, fmt="o", capsize=3)
        )
    if names:
        name_legend(axis, dots, names)
