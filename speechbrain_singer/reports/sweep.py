"""Many trained variants of an experiment in one table."""

from pathlib import Path
from statistics import fmean

from speechbrain_singer.dataio.files import read_json
from speechbrain_singer.reports.folds import COLUMNS, MISSING, folds_line
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
        all of classifiers or all of siamese networks. Those that have no
        figures, as they failed, are passed over.

    Returns
    -------
    table : list of list of str
        The heads of the columns first. Rates are in percent.
    """
    folds, runs = {}, {}
    for name, own in folders.items():
        for folder in map(Path, own):
            path = folder / "metrics.json"
            ended = sorted(folder.glob("by_*/fold_*/metrics.json"))
            if ended:
                read = [read_json(each, REMEDY) for each in ended]
                folds.setdefault(name, []).extend(read)
            elif path.is_file():
                runs.setdefault(name, []).append(read_json(path, REMEDY))
    return _of_siamese(runs) if runs else _of_classifiers(folds)


def _of_classifiers(folds):
    table = [["network", "folds", *COLUMNS]]
    for name, outcomes in folds.items():
        table.append([name, str(len(outcomes)), *folds_line(outcomes)])
    return table


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
