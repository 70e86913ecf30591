"""How well singers who take turns are told apart: table, pictures and page."""

from functools import partial

from speechbrain_singer.evaluation.turn_taking import COUNTS
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.tables import write_tables
from speechbrain_singer.reports.turns_plot import plot_turns

_FIGURES = {
    "DER": "DER",
    "confusion": "confusion",
    "right_number": "number right",
    "boundary_f1": "boundaries, F1",
}
_TEXT = (
    "In percent, means over mixtures with their 95 % intervals. DER, the "
    "diarisation error rate, is the share of sung time that is missed, found "
    "where nobody sings, or given to another singer (confusion). Boundaries "
    "are found within 0.5 s."
)


def turn_table(report):
    """A line for each number of singers, given and unknown.

    Arguments
    ---------
    report : dict
        As `evaluation.turn_taking.measure` returns it.

    Returns
    -------
    table : list of list of str
        The heads of the columns first.

    Example
    -------
    >>> figures = dict.fromkeys(_FIGURES, 10.0)
    >>> figures |= {f"{name}_interval": [5.0, 15.0] for name in _FIGURES}
    >>> report = {"2": {"mixtures": 3} | dict.fromkeys(COUNTS, figures)}
    >>> print(*turn_table(report)[1], sep=" | ")
    2 | given | 10.0 (5.0 to 15.0) | 10.0 (5.0 to 15.0) |  | 10.0 (5.0 to 15.0)
    """
    table = [["singers", "their number", *_FIGURES.values()]]
    for singers, own in report.items():
        for name in COUNTS:
            cells = [_cell(own[name], figure) for figure in _FIGURES]
            if name == COUNTS[0]:
                cells[list(_FIGURES).index("right_number")] = ""
            table.append([singers, name.rpartition(" ")[2], *cells])
    return table


def _cell(figures, name):
    low, high = figures[f"{name}_interval"]
    return f"{figures[name]:.1f} ({low:.1f} to {high:.1f})"


def write_turn_taking(results, report, trials, penalty):
    """Writes `metrics.json`, `table.md` and so on, PNGs and `report.html`.

    Arguments
    ---------
    results : Results
    report : dict
        As `turn_table` takes it.
    trials : list of Trial
        Of the first mixture of each number of singers there is a picture.
    penalty : float
    """
    results.save({"penalty": penalty, "singers": report})
    table = turn_table(report)
    write_tables(results.folder, table)
    firsts = {}
    for trial in trials:
        firsts.setdefault(trial.singers, trial)
    pictures = {
        f"The first mixture of {singers} singers": (
            f"turns_{singers}.png",
            partial(_plot, trial, penalty),
        )
        for singers, trial in firsts.items()
    }
    results.write([Section("Who sings when", _TEXT, table)], pictures)


def _plot(trial, penalty, path):
    rows = {
        "reference": trial.reference,
        "number given": trial.found(),
        "number unknown": trial.found(penalty),
    }
    return plot_turns(rows, path, trial.heard.levels)
