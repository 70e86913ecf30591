"""Files of an identification: figures, predictions, pictures and a page."""

import csv
import json
import re
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open
from speechbrain_singer.reports.identification_plots import (
    LABELS,
    plot_confusion,
    plot_few_shot,
)
from speechbrain_singer.reports.page import Section, write_page
from speechbrain_singer.reports.runs import mean_and_spread

logger = get_logger(__name__)

# Of the settings, what goes into metrics.json and onto the page
SETTINGS = (
    "encoder",
    "corpus",
    "part",
    "clip_seconds",
    "group_by",
    "folds",
    "skip_single",
    "shots",
    "draws",
    "seed",
)
# Columns of the main table: heading, figure
COLUMNS = {
    "accuracy": "accuracy",
    "top 2": "top_2",
    "top 3": "top_3",
    "top 5": "top_5",
    "balanced": "balanced_accuracy",
    "macro-F1": "macro_f1",
}
# What each fold's grouping asks
QUESTIONS = {
    ("singer", "song"): "singer, no song on both sides",
    ("singer", "recording"): "singer, no recording on both sides",
    ("singer", "none"): "singer, clips as they come",
    ("song", "singer"): "song, no singer on both sides",
}


def write_results(report, predictions, hparams):
    """Writes all files of an identification into its output folder.

    metrics.json, predictions.csv, confusion_<probe>.png, few_shot.png and
    report.html, which has all of it but the predictions.

    Arguments
    ---------
    report : dict
    predictions : list of dict
        As `identification_report` returns both.
    hparams : dict
        The settings; `name` and `output_folder`, and what is in `SETTINGS`.
    """
    folder = Path(hparams["output_folder"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = {name: hparams[name] for name in SETTINGS}
    if not isinstance(settings["encoder"], str):  # built by the YAML
        settings["encoder"] = type(settings["encoder"]).__name__
    with atomic_open(folder / "metrics.json") as file:
        file.write(to_json({"settings": settings, **report}))
    with atomic_open(folder / "predictions.csv") as file:
        writer = csv.DictWriter(file, list(predictions[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(predictions)
    pictures = _draw(report, folder)
    title = f"{hparams['name']} on {hparams['corpus']}: identification"
    write_page(
        folder / "report.html", title, _sections(report, pictures, settings)
    )
    for probe, figures in report["probes"].items():
        logger.info(
            "%s: accuracy %s %%", LABELS[probe], _cell(figures["accuracy"])
        )
    logger.info("All figures and pictures are in %s", folder / "report.html")


def to_json(value):
    """JSON with lists of numbers or names on one line each.

    Arguments
    ---------
    value : dict

    Returns
    -------
    text : str

    Example
    -------
    >>> print(to_json({"confusion": [[1, 2], [3, 4]]}), end="")
    {
      "confusion": [
        [1, 2],
        [3, 4]
      ]
    }
    """
    text = json.dumps(value, indent=2) + "\n"
    # Innermost lists are those without a bracket or brace; only new lines are
    # touched, which strings do not have
    return re.sub(r"\[\n[^][{}]*\]", _on_one_line, text)


def _on_one_line(found):
    return re.sub(r"\n *", " ", re.sub(r"(?<=\[)\n *|\n *(?=\])", "", found[0]))


def _draw(report, folder):
    """Draws the pictures; returns them by their captions."""
    pictures = {}
    for probe, figures in report["probes"].items():
        path = folder / f"confusion_{probe}.png"
        title = f"Who is taken for whom: {LABELS[probe]}"
        plot_confusion(figures["confusion"], report["names"], path, title)
        pictures[title] = path
    if report.get("few_shot", {}).get("linear"):
        path = folder / "few_shot.png"
        plot_few_shot(report["few_shot"], path, report["chance"])
        pictures["Accuracy over the clips of each singer to learn from"] = path
    return pictures


def _sections(report, pictures, settings):
    sections = [
        Section(
            "Who is it?",
            f"{report['singers']} singers, {report['clips']} clips of "
            f"{report['recordings']} recordings; {report['folds']} folds by "
            f"{report['grouped_by']}. In percent, mean and spread over the "
            f"folds; chance is {report['chance']:.1f}.",
            _figures_table(report["probes"]),
        )
    ]
    if "recordings_by_mean_score" in report:
        sections.append(
            Section(
                "Whole recordings",
                "The scores of a recording's clips averaged.",
                _figures_table(report["recordings_by_mean_score"]),
            )
        )
    sections.append(_song_section(report["song_effect"]))
    if report.get("few_shot", {}).get("linear"):
        sections.append(_few_shot_section(report["few_shot"]))
    sections.append(Section("Pictures", pictures=pictures))
    lines = [f"{name}: {value}" for name, value in settings.items()]
    return [*sections, Section("Settings", code="\n".join(lines))]


def _figures_table(probes):
    columns = {
        heading: name
        for heading, name in COLUMNS.items()
        if name in probes["linear"]
    }
    table = [["probe", *columns]]
    for probe, figures in probes.items():
        cells = [_cell(figures[name]) for name in columns.values()]
        table.append([LABELS[probe], *cells])
    return table


def _song_section(effect):
    heads = ["accuracy on the", "folds", "classes", "chance"]
    table = [[*heads, *LABELS.values()]]
    reasons = []
    for (label, by), question in QUESTIONS.items():
        answer = effect[label]
        if "left_out" in answer:
            reasons.append(f"Accuracy on the {label}: {answer['left_out']}.")
        elif by in answer["accuracy"]:
            counts = [answer[name] for name in ("folds", "classes")]
            chance = f"{answer['chance']:.1f}"
            cells = [_cell(answer["accuracy"][by][probe]) for probe in LABELS]
            table.append([question, *counts, chance, *cells])
    text = (
        "In percent. An embedding that knows the song loses accuracy on the "
        "singer when no song stands on both sides, and tells the song of a "
        "singer it has not met. " + " ".join(dict.fromkeys(reasons))
    )
    return Section("The song effect", text.strip(), table[1:] and table)


def _few_shot_section(curves):
    shots = list(curves["linear"])
    table = [["clips of each singer", *map(str, shots)]]
    for probe, curve in curves.items():
        table.append([LABELS[probe], *(_cell(curve[n]) for n in shots)])
    return Section(
        "From few clips",
        "Accuracy in percent, mean and spread over draws of the clips.",
        table,
    )


def _cell(figures):
    return mean_and_spread(figures["values"])
