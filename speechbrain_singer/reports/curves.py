"""Training curves."""

import json
from numbers import Real
from statistics import fmean

from speechbrain.utils.logger import get_logger

from speechbrain_singer.reports.pictures import name_legend, picture

logger = get_logger(__name__)

_STYLES = ("-", "--", ":", "-.")  # of more runs than there are colours
_COLOURS = {"train": "C0", "valid": "C1", None: "C2"}
# What is drawn, in the order of the panels: (title, key)
_PANELS = (
    ("loss", "loss"),
    ("accuracy in %", "accuracy"),
    ("accuracy of recordings in %", "recording_accuracy"),
    ("F1 of onset frames in %", "onset_f1"),
    ("silence of frames right in %", "silence_accuracy"),
    ("pitch of sung frames right in %", "pitch_accuracy"),
    ("EER in %", "EER"),
    ("EER of one sex in %", "EER_same_sex"),
    ("EER of real voices in %", "real_EER"),
    ("of real voices of one sex", "real_EER_same_sex"),
    ("squared distance, one singer", "same_distance"),
    ("squared distance, two singers", "different_distance"),
    ("mean normalised rank in %", "MNR"),
    ("singer by 5 neighbours, in %", "knn_accuracy"),
    ("singer by a linear probe, in %", "linear_accuracy"),
    ("alignment", "alignment"),
    ("uniformity", "uniformity"),
    ("deviation per dimension", "deviation"),
    ("effective rank", "effective_rank"),
    ("cosine of positives", "positive_similarity"),
    ("cosine of negatives", "negative_similarity"),
    ("learning rate", "lr"),
)


def read_history(path):
    """The records of a training run, epoch by epoch.

    Arguments
    ---------
    path : str or Path
        JSON lines with epoch, lr, train and valid. Of an epoch that stands
        twice, since a killed run did it again, the last one counts. A line
        that is damaged is named in a warning.

    Returns
    -------
    records : list of dict

    Example
    -------
    >>> path = getfixture("tmp_path") / "history.jsonl"
    >>> _ = path.write_text('{"epoch": 1, "lr": 1}\\n{"epoch": 1, "lr": 2}\\n')
    >>> read_history(path)
    [{'epoch': 1, 'lr': 2}]
    """
    records, damaged = {}, []
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            record = _record(line)
            if record is None:
                damaged.append(str(number))
            else:
                records[record["epoch"]] = record
    if damaged:
        logger.warning(
            "%s: line %s cannot be read, and is left out",
            *(path, ", ".join(damaged)),
        )
    return [records[epoch] for epoch in sorted(records)]


def _record(line):
    """Of an epoch, None where the line was cut short or is damaged."""
    try:
        record = json.loads(line)
        figures = [record["epoch"], record.get("lr")]
        for part in ("train", "valid"):
            figures += (record.get(part) or {}).values()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    is_one = isinstance(record["epoch"], int) and all(
        value is None
        or (isinstance(value, Real) and not isinstance(value, bool))
        for value in figures
    )
    return record if is_one else None


def plot_curves(records, path):
    """Draws what training and validation measured over the epochs.

    Arguments
    ---------
    records : list of dict
        As `read_history` returns them.
    path : str or Path
        Of the picture; its ending says the format.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is nothing to draw.

    Example
    -------
    >>> path = getfixture("tmp_path") / "curves.png"
    >>> record = {"epoch": 1, "lr": 1e-3, "train": {"loss": 1.0}}
    >>> figure = plot_curves([record], path)
    >>> [axis.get_title() for axis in figure.axes]
    ['loss', 'learning rate']
    """
    panels = [
        (title, curves)
        for title, key in _PANELS
        if (curves := _curves(records, key))
    ]
    if not panels:
        raise ValueError(f"{path}: no epoch to draw")
    columns = min(4, len(panels))
    lines = -(-len(panels) // columns)
    with picture(path, 3.2 * columns, 2.4 * lines) as figure:
        for place, (title, curves) in enumerate(panels, start=1):
            axis = figure.add_subplot(lines, columns, place)
            for name, points in curves.items():
                look = {"color": _COLOURS[name], "marker": "."}
                axis.plot(*points, label=name, **look)
            _label(axis, title)
            if None not in curves:
                axis.legend()
    return figure


def _label(axis, title):
    axis.set_title(title)
    axis.set_xlabel("epoch", fontsize=8)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.tick_params(labelsize=8)
    axis.grid(alpha=0.3)


def _curves(records, key):
    """{name: (epochs, values)} of a key, of training, validation or both."""
    curves = {}
    for name in _COLOURS:
        points = [
            (record["epoch"], stats[key])
            for record in records
            if (stats := (record if name is None else record.get(name)))
            and stats.get(key) is not None
        ]
        if points:
            curves[name] = tuple(zip(*points, strict=True))
    return curves


# Of several runs: (title, key of the validation figures)
_COMPARED = (
    ("validation EER in %", "EER"),
    ("mean normalised rank in %", "MNR"),
    ("effective rank", "effective_rank"),
)
_TRAINED = (
    ("training loss", "loss"),
    ("effective rank in training", "effective_rank"),
)
# The same of runs that learn from names, whose losses can be compared
SUPERVISED = (
    ("validation loss", "loss"),
    ("validation accuracy in %", "accuracy"),
    ("validation F1 of onset frames in %", "onset_f1"),
    ("validation pitch of frames right in %", "pitch_accuracy"),
    ("validation EER in %", "EER"),
)


def plot_runs(runs, path, panels=_COMPARED):
    """Draws validation figures of several kinds of runs over the epochs.

    What no run has validated is left out; without any validation it is the
    training's loss and effective rank.

    Arguments
    ---------
    runs : dict of str to list of list of dict
        By name, the records of each run, as `read_history` returns them.
        Runs of one name look alike: each of them faint, and their mean, which
        ends where the first of them stops.
    path : str or Path
        Of the picture; its ending says the format.
    panels : sequence of (str, str)
        Titles, and keys of the validation figures.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "comparison.png"
    >>> valid = {"EER": 20.0, "MNR": 9.0, "effective_rank": 7.0}
    >>> figure = plot_runs({"a": [[{"epoch": 1, "valid": valid}]]}, path)
    >>> len(figure.axes)
    3
    """
    records = [
        r for histories in runs.values() for run in histories for r in run
    ]
    part = "valid"
    if not any(record.get("valid") for record in records):
        part, panels = "train", _TRAINED
    found = [panel for panel in panels if _curves(records, panel[1]).get(part)]
    panels = found or panels
    looks = [
        {"color": f"C{number % 10}", "linestyle": _STYLES[number // 10 % 4]}
        for number in range(len(runs))
    ]
    with picture(path, 3.6 * len(panels), 3.4) as figure:
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (title, key) in zip(axes, panels, strict=True):
            lines = [
                _draw_runs(axis, [_curves(run, key) for run in own], part, look)
                for own, look in zip(runs.values(), looks, strict=True)
            ]
            _label(axis, title)
        place = {"loc": "outside lower center", "ncols": min(len(runs), 4)}
        name_legend(figure, lines, list(runs), **place)
    return figure


def _draw_runs(axis, runs, part, look):
    """Draws the curves of a part, and their mean; returns the mean's line."""
    curves = [run[part] for run in runs if part in run]
    values = {}
    for epochs, points in curves:
        axis.plot(epochs, points, **look, alpha=0.25, lw=0.8)
        for epoch, point in zip(epochs, points, strict=True):
            values.setdefault(epoch, []).append(point)
    # Those that go on alone would make it jump
    epochs = [e for e in sorted(values) if len(values[e]) == len(curves)]
    means = [fmean(values[epoch]) for epoch in epochs]
    (line,) = axis.plot(epochs, means, **look, marker=".")
    return line
