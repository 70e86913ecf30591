"""Pictures of performances: whom and what their neighbours name."""

from collections import Counter

import numpy as np

from speechbrain_singer.reports.pictures import picture, shown_name

# Label -> how its bars and its line of chance are drawn
LOOKS = {
    "singer": {"color": "C0"},
    "song": {"color": "none", "edgecolor": "C1", "hatch": "///"},
}
COLOURS = {"singer": "C0", "song": "C1"}
PANELS = 3  # encoders beside each other at most


def plot_neighbours(reports, path):
    """Draws how often the nearest neighbours name the singer and the song.

    Arguments
    ---------
    reports : dict of str to dict
        By encoder, what `performance_report` returns. A panel for each.
    path : str or Path
        Of the picture.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "neighbours.png"
    >>> singer = {"accuracy": {1: 90.0, 3: 80.0}, "chance": 2.0}
    >>> neighbours = {"singer": singer, "song": {"left_out": "one song"}}
    >>> figure = plot_neighbours({"ours": {"neighbours": neighbours}}, path)
    >>> [float(patch.get_height()) for patch in figure.axes[0].patches]
    [90.0, 80.0]
    """
    lines = -(-len(reports) // PANELS)
    columns = -(-len(reports) // lines)
    with picture(path, 1 + 2.9 * columns, 0.4 + 2.9 * lines) as figure:
        axes = figure.subplots(lines, columns, sharey=True, squeeze=False)
        for axis in axes.flat[len(reports) :]:
            axis.set_axis_off()
        for axis, (name, report) in zip(
            axes.flat, reports.items(), strict=False
        ):
            _draw(axis, report["neighbours"])
            axis.set_title(shown_name(name))
            axis.set_xlabel("k, the neighbours")
        for axis in axes[:, 0]:
            axis.set(ylabel="accuracy in %", ylim=(0, 100))
        handles, labels = axes.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return figure


def _draw(axis, neighbours):
    """Two bars for each k, and the lines of chance."""
    asked = {
        label: answer
        for label, answer in neighbours.items()
        if "accuracy" in answer
    }
    width = 0.4 if len(asked) > 1 else 0.6
    for place, (label, answer) in enumerate(asked.items()):
        ks = list(answer["accuracy"])
        shift = width * (place - (len(asked) - 1) / 2)
        axis.bar(
            np.arange(len(ks)) + shift,
            list(answer["accuracy"].values()),
            width=0.9 * width,
            label=label,
            **LOOKS[label],
        )
        axis.axhline(
            answer["chance"],
            color=COLOURS[label],
            linestyle=":",
            label=f"{label}, chance",
        )
        axis.set_xticks(range(len(ks)), list(map(str, ks)))
    axis.grid(axis="y", alpha=0.3)


def drawn_evenly(rows, singers=10, each=4):
    """Some performances for a picture: as many of each singer.

    As the published figure has 10 singers with 4 songs each. Singers with many
    performances come first, and songs that many sing, so that the same songs
    are drawn of all of them where there are such.

    Arguments
    ---------
    rows : list of dict
        Rows of a manifest, with the column `singer`; `song` may lack.
    singers, each : int
        How many, and how many performances of each.

    Returns
    -------
    places : list of int
        In the list of rows, ascending.

    Example
    -------
    >>> rows = [{"singer": s, "song": k} for s in "abc" for k in "1232"]
    >>> drawn_evenly(rows, singers=2, each=2)
    [0, 1, 4, 5]
    """
    songs = [row.get("song") or "" for row in rows]
    sung_by = Counter(
        song
        for _, song in {
            (row["singer"], song) for row, song in zip(rows, songs, strict=True)
        }
    )
    of_singers, times = {}, Counter()
    for place, (row, song) in enumerate(zip(rows, songs, strict=True)):
        sung = row["singer"], song
        rank = times[sung], -sung_by[song], song, place
        of_singers.setdefault(row["singer"], []).append(rank)
        times[sung] += 1
    chosen = {
        singer: sorted(ranks)[:each] for singer, ranks in of_singers.items()
    }
    most = sorted(chosen, key=lambda singer: (-len(chosen[singer]), singer))
    return sorted(rank[-1] for name in most[:singers] for rank in chosen[name])
