"""Several training runs in one table, mean and spread over their seeds."""

import json
import statistics
from pathlib import Path

from speechbrain_singer.reports.tables import mean_and_spread

# Columns of the table: heading, kind of trials, figures
COLUMNS = (
    ("all pairs: EER / standardised", "all_pairs", ("EER", "EER_standardised")),
    ("same sex", "same_sex", ("EER", "EER_standardised")),
    ("MNR", "all_pairs", ("MNR",)),
)
# What each run measured besides what it trained
REFERENCES = {
    "mfcc_statistics": "MFCC statistics",
    "untrained": "before training",
}


def runs_by_name(folders):
    """Output folders, named `<name>/<seed>`, by name.

    Example
    -------
    >>> list(runs_by_name(["results/byol/1", "results/byol/2"]))
    ['byol']
    """
    runs = {}
    for folder in map(Path, folders):
        runs.setdefault(folder.absolute().parent.name, []).append(folder)
    return runs


def read_runs(folders):
    """The figures of finished training runs, by what they have in common.

    Arguments
    ---------
    folders : list of (str or Path)
        Output folders of `recipes/ssl/train.py`, named `<name>/<seed>`.

    Returns
    -------
    runs : dict of str to list of dict
        By `<name>`, what stands in each `metrics.json`.

    Raises
    ------
    FileNotFoundError
        If a run has no figures (yet).
    ValueError
        If it has no figures of test singers, or runs of one name were
        measured on different corpora.
    """
    return {
        name: _read_group([folder / "metrics.json" for folder in group])
        for name, group in runs_by_name(folders).items()
    }


def _read_group(files):
    group = []
    for file in files:
        group.append(_read_metrics(file))
        first, own = _recordings(group[0]), _recordings(group[-1])
        if first != own:
            raise ValueError(
                f"{file}: measured on {own} recordings, other runs of that "
                f"name on {first}; compare runs of one corpus"
            )
    return group


def _read_metrics(file):
    if not file.is_file():
        raise FileNotFoundError(
            f"{file}: no such file; it is written at the end of a run, which "
            "goes on when its command is given again"
        )
    metrics = json.loads(file.read_text(encoding="utf-8"))
    if "all_pairs" not in metrics.get("test", {}).get("trained", {}):
        raise ValueError(
            f"{file}: has no figures of test singers; train with --test_singers"
        )
    return metrics


def _recordings(metrics):
    return metrics["test"]["trained"].get("recordings")


def runs_table(runs):
    """A table of what runs trained, and what they began with.

    Arguments
    ---------
    runs : dict of str to list of dict
        As `read_runs` returns them.

    Returns
    -------
    table : list of list of str
        The heads of the columns, then a line for each name, the best mean
        normalised rank last. What they began with, and MFCC statistics, are
        of the name with most runs.

    Example
    -------
    >>> figures = {"EER": 20.0, "EER_standardised": 15.0, "MNR": 10.0}
    >>> test = dict.fromkeys(["trained", *REFERENCES], {"all_pairs": figures})
    >>> for line in runs_table({"byol": [{"test": test}]}):
    ...     print(" | ".join(line))
    encoder | runs | all pairs: EER / standardised | MNR
    MFCC statistics | 1 | 20.0 / 15.0 | 10.0
    before training | 1 | 20.0 / 15.0 | 10.0
    byol | 1 | 20.0 / 15.0 | 10.0
    """
    first = max(runs.values(), key=len)
    lines = [
        (title, [metrics["test"][key] for metrics in first])
        for key, title in REFERENCES.items()
    ]
    trained = [
        (name, [metrics["test"]["trained"] for metrics in group])
        for name, group in runs.items()
    ]
    lines += sorted(trained, key=lambda line: -_mean_rank(line[1]))
    columns = [
        column
        for column in COLUMNS
        if all(column[1] in report for _, group in lines for report in group)
    ]
    table = [["encoder", "runs", *(column[0] for column in columns)]]
    for name, group in lines:
        cells = [_cell(group, *column[1:]) for column in columns]
        table.append([name, str(len(group)), *cells])
    return table


def _cell(reports, kind, figures):
    return " / ".join(
        mean_and_spread([report[kind][name] for report in reports])
        for name in figures
    )


def _mean_rank(reports):
    return statistics.fmean([report["all_pairs"]["MNR"] for report in reports])
