"""What a classifier of chunks leaves, stage by stage: a table and a page."""

from functools import partial
from pathlib import Path

import numpy as np

from speechbrain_singer.evaluation.predictions import spread
from speechbrain_singer.reports.curves import read_history
from speechbrain_singer.reports.identification_plots import plot_confusion
from speechbrain_singer.reports.layer_weights import plot_layer_weights
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.tables import mean_and_spread, write_tables

MISSING = "-"
# Heading, and the key of the figure
COLUMNS = {
    "accuracy": "accuracy",
    "balanced accuracy": "balanced_accuracy",
    "macro F1": "macro_f1",
    "top 2": "top_2",
    "top 3": "top_3",
}
HEADS = ["stage", "folds", "of", *COLUMNS, "chance", "best epoch"]
_OF = {"window": "chunks", "recording": "recordings"}
# Front ends that nothing was trained for
_RANDOM = "random"


def network_title(name):
    """What a report calls a network; of random weights, that they are random.

    Example
    -------
    >>> network_title("random"), network_title("models/wavlm")
    ('random weights', 'wavlm')
    """
    if name == _RANDOM:
        return "random weights"
    return Path(name).name


def write_stages(results, outcomes, label):
    """Writes the tables, pictures and page of a classifier of chunks.

    metrics.json, table.md, table.csv, table.tex, confusion.png,
    layer_weights.png (of a front end with layers) and report.html.

    Arguments
    ---------
    results : Results
    outcomes : list of dict
        Of the folds that are there, as `ClassifierHandOver` writes them.
    label : str
        What is told apart.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not outcomes:
        raise ValueError(f"{results.folder}: no fold has an outcome yet")
    weights = layer_weights(outcomes)
    results.save(_figures(outcomes, weights))
    table = [HEADS, *stage_lines(outcomes)]
    note = _note(outcomes)
    write_tables(results.folder, table, [note])
    text = (
        "In percent, of chunks, and of recordings by the mean of their "
        "chunks; mean and deviation over the folds. Chance is to name the "
        f"most frequent {label} always. {note}"
    )
    pictures = {}
    if weights:
        draw = partial(plot_layer_weights, weights)
        pictures["What each layer counts for"] = ("layer_weights.png", draw)
    draw = partial(_draw_confusion, outcomes, label)
    pictures["Chunks that were tested"] = ("confusion.png", draw)
    results.write([Section(f"Which {label}?", text, table)], pictures)


def stage_lines(outcomes):
    """Lines of a table: a stage's figures of chunks, then of recordings.

    Arguments
    ---------
    outcomes : list of dict
        As `write_stages` takes them.

    Returns
    -------
    lines : list of list of str
        Cells in the order of `HEADS`.
    """
    lines = []
    for stage in outcomes[0]["stages"]:
        own = [each for each in outcomes if stage in each["stages"]]
        stages = [outcome["stages"][stage] for outcome in own]
        for of, title in _OF.items():
            figures = [each["figures"][of] for each in stages]
            cells = [_cell(figures, key) for key in COLUMNS.values()]
            chance = _cell([outcome["chance"] for outcome in own], of)
            epoch = _cell(stages, "best_epoch")
            lines.append([stage, str(len(own)), title, *cells, chance, epoch])
    return lines


def layer_weights(outcomes):
    """The weights of layers by stage, the mean over the folds.

    Returns
    -------
    weights : dict of str to list of float
        Empty of networks without such layers.
    """
    found = {}
    for outcome in outcomes:
        for name, stage in outcome["stages"].items():
            if "layer_weights" in stage:
                found.setdefault(name, []).append(stage["layer_weights"])
    return {n: np.mean(own, axis=0).tolist() for n, own in found.items()}


def stages_history(folder):
    """The records of all stages of a fold, their epochs one after the other.

    Arguments
    ---------
    folder : str or Path
        With a folder for each stage.

    Returns
    -------
    records : list of dict
        As `read_history` returns them.
    """
    records = []
    for name in ("frozen", "tuned", "trained"):
        path = Path(folder, name, "history.jsonl")
        before = records[-1]["epoch"] if records else 0
        records += [
            record | {"epoch": before + record["epoch"]}
            for record in (read_history(path) if path.is_file() else ())
        ]
    return records


def _figures(outcomes, weights):
    stages = {}
    for name in outcomes[0]["stages"]:
        own = [o["stages"][name] for o in outcomes if name in o["stages"]]
        stages[name] = {
            of: {
                key: spread([stage["figures"][of][key] for stage in own])
                for key in own[0]["figures"][of]
            }
            for of in _OF
        }
        if name in weights:
            stages[name]["layer_weights"] = weights[name]
    return {
        "folds": len(outcomes),
        "of": outcomes[0]["folds"],
        "stages": stages,
        "outcomes": outcomes,
    }


def _cell(figures, key):
    values = [each[key] for each in figures if each.get(key) is not None]
    return mean_and_spread(values) if values else MISSING


def _note(outcomes):
    """Which folds there are, and which stage was exported, in words."""
    count = outcomes[0]["folds"]
    text = ""
    if count > 1:
        there = {outcome["fold"] for outcome in outcomes}
        lacking = [str(n) for n in range(count) if n not in there]
        text = f"{len(there)} of {count} folds are there"
        text += f", without {', '.join(lacking)}. " if lacking else ". "
    exported = [outcome["exported"] for outcome in outcomes]
    if len(outcomes[0]["stages"]) > 1:
        names = dict.fromkeys(exported)
        parts = (
            f"{name}, of fold {', '.join(_folds(outcomes, name))}"
            if count > 1
            else name
            for name in names
        )
        text += "Exported is the stage with the lower validation loss: "
        text += f"{'; '.join(parts)}. "
    if outcomes[0].get("network") == network_title(_RANDOM):
        text += "The front end has random weights: it was never trained."
    return text.strip()


def _folds(outcomes, stage):
    return [str(o["fold"]) for o in outcomes if o["exported"] == stage]


def _draw_confusion(outcomes, label, path):
    """Of the exported stages of all folds with the same classes."""
    names = outcomes[0]["names"]
    counts = sum(
        np.array(each["stages"][each["exported"]]["confusion"])
        for each in outcomes
        if each["names"] == names
    )
    plot_confusion(counts, names, "Tested chunks", path, label)
