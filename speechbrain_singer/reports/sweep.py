"""Many trained variants of an experiment in one table."""

from pathlib import Path
from statistics import fmean

from speechbrain_singer.dataio.files import read_json
from speechbrain_singer.reports.folds import COLUMNS, MISSING, folds_line
from speechbrain_singer.reports.note_runs import named, note_runs_table
from speechbrain_singer.reports.stages import HEADS as STAGE_HEADS
from speechbrain_singer.reports.stages import (
    layer_weights,
    network_title,
    stage_lines,
)
from speechbrain_singer.reports.tables import mean_and_spread

REMEDY = "delete it, and that training ends anew"
# Columns of siamese networks: heading, question, figure
PAIRS = (
    ("EER", "singer", "EER"),
    ("EER, two songs", "singer_across_songs", "EER"),
    ("AUC, two songs", "singer_across_songs", "AUC"),
    ("EER on the song, two singers", "song", "EER"),
)


def sweep_table(folders):
    """Mean and spread of what runs measured, over their seeds and folds.

    Arguments
    ---------
    folders : dict of str to list of (str or Path)
        By line of the table, output folders of `recipes/supervised/train.py`,
        all of classifiers, of windows or of chunks, or all of siamese
        networks; or of `recipes/transcription/train.py`. Those that have no
        figures, as they failed, are passed over.

    Returns
    -------
    table : list of list of str
        The heads of the columns first. Rates are in percent.
    """
    folds, runs = sweep_folds(folders), sweep_runs(folders)
    if any("stages" in each for own in runs.values() for each in own):
        return note_runs_table(runs)
    if runs:
        return _of_siamese(runs)
    if any("network" in each for own in folds.values() for each in own):
        return _of_chunks(folds)
    return _of_classifiers(folds)


def sweep_folds(folders):
    """What folds of runs measured.

    Arguments
    ---------
    folders : dict of str to list of (str or Path)
        As `sweep_table` takes them.

    Returns
    -------
    outcomes : dict of str to list of dict
        As `ClassifierHandOver` writes them, by line of the table.
    """
    outcomes = {}
    for name, own in folders.items():
        for folder in map(Path, own):
            for path in sorted(folder.glob("by_*/fold_*/metrics.json")):
                read = read_json(path, REMEDY)
                outcomes.setdefault(name, []).append(read)
    return outcomes


def sweep_runs(folders):
    """What runs without folds measured, as `sweep_folds` has it."""
    outcomes, folds = {}, sweep_folds(folders)
    for name, own in folders.items():
        paths = [Path(folder, "metrics.json") for folder in own]
        ended = [path for path in paths if path.is_file()]
        if name not in folds and ended:
            outcomes[name] = [read_json(path, REMEDY) for path in ended]
    return outcomes


def sweep_weights(folders):
    """What each layer of front ends counts for, at the end of training.

    Arguments
    ---------
    folders : dict of str to list of (str or Path)
        As `sweep_table` takes them.

    Returns
    -------
    weights : dict of str to list of float
        By line of the table, means over folds and seeds of the last stage;
        without the lines of networks that have none.
    """
    found = {}
    for name, outcomes in sweep_folds(folders).items():
        if weights := layer_weights(outcomes):
            found[_named(name, outcomes)] = list(weights.values())[-1]
    for name, outcomes in sweep_runs(folders).items():
        if "stages" in outcomes[0] and (weights := layer_weights(outcomes)):
            found[named(name, outcomes[0])] = list(weights.values())[-1]
    return found


def _of_classifiers(folds):
    table = [["network", "folds", *COLUMNS]]
    for name, outcomes in folds.items():
        table.append([name, str(len(outcomes)), *folds_line(outcomes)])
    return table


def _of_chunks(folds):
    table = [["network", *STAGE_HEADS]]
    for name, outcomes in folds.items():
        lines = stage_lines(outcomes)
        table += [[_named(name, outcomes), *line] for line in lines]
    return table


def _named(name, outcomes):
    """A line's name, and that its front end was never trained."""
    network = outcomes[0].get("network")
    is_random = network == network_title("random") and network not in name
    return f"{name} ({network})" if is_random else name


def _of_siamese(runs):
    first = next(iter(runs.values()))[0]["encoders"]
    learned, *others = first
    k = _least_neighbours(first[learned])
    heads = ["network", "parameters", "runs", "best epoch", "test loss"]
    heads += ["loss if collapsed"]
    heads += [title for title, *_ in PAIRS]
    table = [[*heads, f"singer, k = {k}", f"song, k = {k}"]]
    for name, group in runs.items():
        losses = [figures["test_loss"] for figures in group]
        reports = [figures["encoders"][learned] for figures in group]
        loss = [f"{fmean(losses):.4f}", f"{group[0]['collapsed_loss']:.4f}"]
        table.append([name, *_run_cells(group), *loss, *_cells(reports, k)])
    for name in others:
        # The same test singers in all lines
        group = max(runs.values(), key=len)
        reports = [figures["encoders"][name] for figures in group]
        table.append([name, *[MISSING] * 5, *_cells(reports, k)])
    return table


def _run_cells(outcomes):
    epochs = [outcome["best_epoch"] for outcome in outcomes]
    return [
        f"{outcomes[0]['parameters']:,}",
        str(len(outcomes)),
        mean_and_spread(epochs),
    ]


def _least_neighbours(report):
    """The smallest k, as JSON has it."""
    return next(iter(report["neighbours"]["singer"].get("accuracy", {"1": 0})))


def _cells(reports, k):
    """Figures of pairs, and of the k nearest neighbours."""
    ways = [("pairs", question, figure) for _, question, figure in PAIRS]
    ways += [("neighbours", of, "accuracy", k) for of in ("singer", "song")]
    return [_cell(reports, way) for way in ways]


def _cell(reports, way):
    values = []
    for figures in reports:
        for key in way:
            figures = figures.get(key, {})
        values.append(figures)
    # What could not be asked is left out of a report
    return MISSING if {} in values else mean_and_spread(values)
