"""How encoders hold up: tables, pictures and a page."""

from functools import partial

from speechbrain_singer.reports.comparison import eer_cell, plot_comparison
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.tables import write_tables

# What is asked, on pages and cards: key of a report -> heading, text
QUESTIONS = {
    "conditions": (
        "Degraded recordings",
        "Enrolled clean, recognised degraded: of each pair one recording is "
        "as it is, and the other one degraded; and the other way round.",
    ),
    "pitch": (
        "Distance in pitch",
        "Of clean recordings, by the distance of their median F0 in "
        "semitones: trials of one singer and of two in each bin.",
    ),
    "sex": (
        "By sex",
        "Of clean recordings, both by singers of that sex.",
    ),
}
_FIGURES = "Equal error rates in % with their 95 % intervals over singers."


def robustness_table(reports, question, counted=False):
    """The table of a question: a line for each of its cases.

    Arguments
    ---------
    reports : dict of str to dict
        By encoder, as `Robustness.measure` returns them.
    question : str
        `conditions`, `pitch` or `sex`.
    counted : bool
        Whether the numbers of trials of one singer and of two stand beside.

    Returns
    -------
    table : list of list of str
        The heads of the columns first.

    Example
    -------
    >>> figures = {"EER": 9.0, "trials": 10, "same_singer_trials": 4}
    >>> report = {"conditions": {"all pairs": {"clean": figures}}}
    >>> for line in robustness_table({"mfcc": report}, "conditions"):
    ...     print(" | ".join(line))
    trials | recordings | mfcc
    all pairs | clean | 9.0
    """
    first = next(iter(reports.values()))
    head = {"conditions": "recordings", "pitch": "semitones"}
    heads = ["trials", head.get(question, question), *reports]
    if counted:
        heads += ["of one singer", "of two"]
    table = [heads]
    for name, cases in first[question].items():
        for case, figures in cases.items():
            own = [report[question][name][case] for report in reports.values()]
            line = [name, case, *map(eer_cell, own)]
            if counted:
                same = figures["same_singer_trials"]
                line += [f"{same:,}", f"{figures['trials'] - same:,}"]
            table.append(line)
    return table


def write_robustness(results, reports, failures=()):
    """Writes all there is to know of how encoders hold up.

    `metrics.json`, `table.md` with its neighbours (of the degraded
    recordings), PNGs and `report.html`.

    Arguments
    ---------
    results : Results
    reports : dict of str to dict
        As `robustness_table` takes them.
    failures : sequence of str
        What could not be measured, and why.
    """
    results.save({"encoders": reports, "failures": list(failures)})
    table = robustness_table(reports, "conditions")
    write_tables(results.folder, table, failures)
    sections = [
        Section(
            *(heading, f"{_FIGURES} {text}"),
            robustness_table(reports, question, question != "conditions"),
        )
        for question, (heading, text) in QUESTIONS.items()
        if any(next(iter(reports.values()))[question].values())
    ]
    if failures:
        text = f"Not measured: {'; '.join(failures)}."
        sections.append(Section("Failures", text))
    pictures = {
        "Degraded recordings": (
            "degraded.png",
            partial(_plot, reports, "conditions"),
        ),
        "Distance in pitch, in semitones": (
            "pitch.png",
            partial(_plot, reports, "pitch"),
        ),
    }
    results.write(sections, pictures)


def _plot(reports, question, path):
    """A panel for each kind of trials, a line for each case."""
    cells = {}
    for encoder, report in reports.items():
        for name, cases in report[question].items():
            for case, figures in cases.items():
                cell = cells.setdefault((name, case), {"conditions": {}})
                if "EER" in figures:
                    cell["conditions"][encoder] = figures
    return plot_comparison(cells, path)
