"""The picture of a cross-validation: accuracy fold by fold."""

from speechbrain_singer.reports.pictures import picture

# What is drawn, and how: (part, of what), colour, line
LINES = {
    ("train", "window"): ("C0", "--"),
    ("test", "window"): ("C0", "-"),
    ("train", "recording"): ("C1", "--"),
    ("test", "recording"): ("C1", "-"),
}


def plot_folds(groups, path):
    """Draws the accuracy in each fold, of training and of test.

    Arguments
    ---------
    groups : dict of str to list of dict
        By what folds were made by, outcomes as `write_folds` takes them. A
        panel for each.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "folds.png"
    >>> outcome = {"test": {"window": 50.0, "recording": 60.0}}
    >>> outcomes = [{"fold": 0, "train": {}, **outcome}]
    >>> figure = plot_folds({"song": outcomes}, path)
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['test, window', 'test, recording']
    """
    with picture(path, 0.6 + 3.6 * len(groups), 3.4) as figure:
        axes = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
        for axis, (by, outcomes) in zip(axes, groups.items(), strict=True):
            _draw(axis, outcomes)
            axis.set_title(f"folds by {by}")
            axis.set_xlabel("fold")
            axis.grid(alpha=0.3)
        axes[0].set(ylabel="accuracy in %", ylim=(0, 102))
        handles, labels = axes[0].get_legend_handles_labels()
        columns = 2 * min(len(groups), 2)
        figure.legend(
            handles, labels, loc="outside lower center", ncols=columns
        )
    return figure


def _draw(axis, outcomes):
    outcomes = sorted(outcomes, key=lambda outcome: outcome["fold"])
    for (part, of), (colour, line) in LINES.items():
        points = [
            (outcome["fold"], outcome[part][of])
            for outcome in outcomes
            if of in outcome.get(part, {})
        ]
        if points:
            axis.plot(
                *zip(*points, strict=True),
                color=colour,
                linestyle=line,
                marker=".",
                label=f"{part}, {of}",
            )
    axis.set_xticks([outcome["fold"] for outcome in outcomes])
