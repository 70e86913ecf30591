"""What an identification leaves: figures, predictions, pictures and a page."""

from functools import partial

from speechbrain.utils.logger import get_logger

from speechbrain_singer.reports.identification_plots import (
    LABELS,
    plot_confusion,
    plot_few_shot,
)
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.tables import mean_and_spread, write_csv

logger = get_logger(__name__)

FILES = ("predictions.csv", "confusion_*.png", "few_shot.png")
# Columns of the main table: heading, figure
COLUMNS = {
    "accuracy": "accuracy",
    "top 2": "top_2",
    "top 3": "top_3",
    "top 5": "top_5",
    "balanced": "balanced_accuracy",
    "macro-F1": "macro_f1",
}
# What each way to group the folds asks
QUESTIONS = {
    ("singer", "song"): "singer, no song on both sides",
    ("singer", "recording"): "singer, no recording on both sides",
    ("singer", "none"): "singer, clips as they come",
    ("song", "singer"): "song, no singer on both sides",
}


def write_identification(results, report, predictions, rows):
    """Writes all files of an identification.

    metrics.json, predictions.csv, confusion_<probe>.png, few_shot.png and
    report.html, which has all of it but the predictions. What an earlier run
    left of these is removed in the end.

    Arguments
    ---------
    results : Results
    report : dict
    predictions : dict of str to Predictions
        As `identification_report` returns both.
    rows : list of dict
        What was identified.
    """
    results.save(report)
    ids = [row["ID"] for row in rows]
    lines = [
        [*line, probe]
        for probe, of_clips in predictions.items()
        for line in of_clips.lines(ids)
    ]
    heads = ["ID", "singer", "predicted", "fold", "probe"]
    write_csv(results.folder / "predictions.csv", [heads, *lines])
    results.write(_sections(report), _pictures(report))
    results.remove_former(FILES)
    for probe, figures in report["probes"].items():
        accuracy = _cell(figures["accuracy"])
        logger.info("%s: accuracy %s %%", LABELS[probe], accuracy)


def _pictures(report):
    pictures = {}
    for probe, figures in report["probes"].items():
        title = f"Who is taken for whom: {LABELS[probe]}"
        counts, names = figures["confusion"], report["names"]
        draw = partial(plot_confusion, counts, names, title)
        pictures[title] = f"confusion_{probe}.png", draw
    if any(report.get("few_shot", {}).values()):
        title = "Accuracy over the clips of each singer to learn from"
        draw = partial(plot_few_shot, report["few_shot"], report["chance"])
        pictures[title] = "few_shot.png", draw
    return pictures


def _sections(report):
    probes, curves = report["probes"], report.get("few_shot", {})
    measured = next(iter(probes.values()))
    columns = {h: name for h, name in COLUMNS.items() if name in measured}
    text = (
        f"{report['singers']} singers, {report['clips']} clips of "
        f"{report['recordings']} recordings; {report['folds']} folds by "
        f"{report['grouped_by']}. In percent, mean and spread over the "
        f"folds; chance is {report['chance']:.1f}."
    )
    sections = [Section("Who is it?", text, _by_probe(probes, columns))]
    if "recordings_by_mean_score" in report:
        text = "The scores of a recording's clips averaged."
        table = _by_probe(report["recordings_by_mean_score"], columns)
        sections.append(Section("Whole recordings", text, table))
    sections.append(_song_section(report["song_effect"]))
    if any(curves.values()):
        text = "Accuracy in percent, mean and spread over draws of the clips."
        shots = {str(n): n for n in next(iter(curves.values()))}
        table = _by_probe(curves, shots, "clips of each singer")
        sections.append(Section("From few clips", text, table))
    return sections


def _by_probe(probes, columns, head="probe"):
    """A line for each probe; `columns` are headings and names of figures."""
    lines = [
        [LABELS[probe], *(_cell(figures[name]) for name in columns.values())]
        for probe, figures in probes.items()
    ]
    return [[head, *columns], *lines]


def _song_section(effect):
    heads = ["accuracy on the", "folds", "classes", "chance"]
    table = [[*heads, *LABELS.values()]]
    reasons = []
    for (label, by), question in QUESTIONS.items():
        answer = effect[label]
        if "left_out" in answer:
            reasons.append(f"Accuracy on the {label}: {answer['left_out']}.")
        elif by in answer["accuracy"]:
            numbers = answer["folds"], answer["classes"]
            chance = f"{answer['chance']:.1f}"
            cells = [_cell(answer["accuracy"][by][probe]) for probe in LABELS]
            table.append([question, *numbers, chance, *cells])
    text = (
        "In percent. An embedding that knows the song loses accuracy on the "
        "singer when no song stands on both sides, and tells the song of a "
        "singer it has not met. " + " ".join(dict.fromkeys(reasons))
    )
    return Section("The song effect", text.strip(), table[1:] and table)


def _cell(figures):
    return mean_and_spread(figures["values"])
