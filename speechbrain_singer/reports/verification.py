"""What a verification leaves behind: figures, scores, pictures, a page."""

import csv
import json
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open, atomic_path
from speechbrain_singer.reports.page import Section, write_page
from speechbrain_singer.reports.singers import (
    plot_points,
    plot_similarity,
    tsne,
)
from speechbrain_singer.reports.verification_plots import plot_det, plot_scores
from speechbrain_singer.trials.lists import find_flaws, write_trials
from speechbrain_singer.trials.making import check_columns, columns

logger = get_logger(__name__)

MAX_LINES = 1_000_000  # of text; longer lists of scores become arrays
MAX_POINTS = 2000  # recordings in the plane
# Settings that a figure is not to be quoted without
SETTINGS = (
    "name",
    "corpus",
    "part",
    "clip_seconds",
    "trials",
    "same",
    "different",
    "back_end",
    "background_corpus",
    "background_folder",
    "background_options",
    "background_part",
    "seed",
)
# What is written, not all of it by every run
FILES = (
    "metrics.json",
    "trials.txt",
    "scores.csv",
    "scores.npz",
    "det.png",
    "scores.png",
    "similarity.png",
    "tsne_*.png",
    "report.html",
)
# How a figure is called where people read it
TITLES = {
    "EER": "equal error rate in %",
    "EER_interval": "its 95 % interval over singers",
    "EER_standardised": "with every dimension standardised over the set, in %",
    "interpolated_EER": "interpolated as published, in %",
    "EER_threshold": "score at equal errors",
    "minDCF": "minimum detection cost (prior 0.01)",
    "AUC": "area under the ROC in %",
    "TPR_at_FPR_0.01": "same-singer trials accepted at 1 % false, in %",
    "Cllr": "cost of the log-likelihood ratios in bits",
    "threshold": "the encoder's own threshold",
    "false_rejection": "at it, same-singer trials rejected in %",
    "false_acceptance": "at it, other trials accepted in %",
    "MNR": "mean normalised rank in % (chance: 50)",
    "recall_at_1": "nearest recording is the singer's, in %",
    "recall_at_5": "one of the nearest 5 is, in %",
    "recall_at_10": "one of the nearest 10 is, in %",
    "mAP": "mean average precision in %",
    "recordings": "recordings",
    "singers": "singers",
    "trials": "trials",
    "same_singer_trials": "of the same singer",
}


def write_results(verification, embeddings, rows, hparams):
    """Writes all there is to know of a verification into its folder.

    `metrics.json`, `scores.csv` (`scores.npz` where there are very many),
    PNGs, and `report.html`, which has it all. What an earlier run left of
    these is removed first.

    Arguments
    ---------
    verification : Verification
    embeddings : torch.Tensor
        [rows, dim]
    rows : list of dict
    hparams : dict
        With `output_folder`, `colours` and all `SETTINGS`.

    Raises
    ------
    ValueError
        If the manifest lacks a column that is to be a colour. Then nothing
        is written or removed.
    """
    check_columns(rows, columns(hparams["colours"]))
    folder = Path(hparams["output_folder"])
    _remove_earlier(folder, hparams["trials"])
    settings = {key: hparams[key] for key in SETTINGS}
    with atomic_open(folder / "metrics.json") as file:
        json.dump(
            {**verification.metrics, "settings": settings}, file, indent=2
        )
    trials = verification.trials
    if hparams["trials"] == "balanced":  # drawn, and to be used again
        write_trials(folder / "trials.txt", trials, rows)
    write_scores(folder, trials, verification.scores, rows)
    pictures = draw(folder, verification, embeddings, rows, hparams["colours"])
    table = [["figure", "value"]]
    table += [
        [title, shown(verification.metrics[name])]
        for name, title in TITLES.items()
        if name in verification.metrics
    ]
    write_page(
        folder / "report.html",
        f"{hparams['name']} on {hparams['corpus']}",
        [
            Section(
                "Verification",
                _about_trials(hparams["trials"], trials, rows),
                table,
            ),
            Section("Pictures", pictures=pictures),
            Section(
                "Settings",
                code="\n".join(f"{k}: {v}" for k, v in settings.items()),
            ),
        ],
    )
    for line in table[1:]:
        logger.info("%s: %s", *line)
    logger.info("%s has figures, scores and pictures", folder / "report.html")


def _remove_earlier(folder, trials):
    """Removes what an earlier run wrote, but not the list that is measured."""
    for pattern in FILES:
        for path in folder.glob(pattern):
            if path.resolve() != Path(trials).resolve():
                path.unlink()


def _about_trials(kind, trials, rows):
    if kind in ("all_pairs", "balanced"):  # those that are built have no flaws
        return f"Trials: {kind}."
    return f"Trials: {kind}, {find_flaws(trials, rows)}."


def shown(value):
    """A figure as people read it.

    Example
    -------
    >>> shown(12.345), shown([1.0, 2.25]), shown(12345), shown(0.00123)
    ('12.35', '1.00 to 2.25', '12,345', '0.00123')
    """
    if isinstance(value, (list, tuple)):
        return " to ".join(shown(part) for part in value)
    if isinstance(value, float):
        return (
            f"{value:.2f}" if abs(value) >= 1 or not value else f"{value:.3g}"
        )
    return f"{value:,}"


def write_scores(folder, trials, scores, rows):
    """Writes trials with their scores, as text or as arrays.

    Arguments
    ---------
    folder : str or Path
    trials : Trials
    scores : np.ndarray
        [trials]
    rows : list of dict
    """
    if len(scores) > MAX_LINES:
        with atomic_path(Path(folder, "scores.npz")) as temporary:
            with temporary.open("wb") as file:
                ids = np.array([row["ID"] for row in rows])
                np.savez(file, **trials._asdict(), scores=scores, IDs=ids)
        return
    with atomic_open(Path(folder, "scores.csv")) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["label", "first", "second", "score"])
        for first, second, label, score in zip(*trials, scores, strict=True):
            ids = rows[first]["ID"], rows[second]["ID"]
            writer.writerow([label, *ids, f"{score:.9g}"])


def draw(folder, verification, embeddings, rows, colours):
    """Draws the pictures; returns them by their captions."""
    trials, scores = verification.trials, verification.scores
    singers = [row["singer"] for row in rows]
    rejection, acceptance, _ = verification.points.curve()
    plot_det({"": (rejection, acceptance)}, folder / "det.png")
    plot_scores(
        scores,
        trials.labels,
        folder / "scores.png",
        verification.metrics["EER_threshold"],
    )
    plot_similarity(embeddings, singers, folder / "similarity.png")
    pictures = {
        "Both errors at every threshold": "det.png",
        "Scores of both kinds of trials": "scores.png",
        "Mean cosine between singers": "similarity.png",
    }
    chosen = np.arange(len(rows))
    if len(rows) > MAX_POINTS:
        rng = np.random.default_rng(0)
        chosen = np.sort(rng.choice(len(rows), MAX_POINTS, replace=False))
    points = tsne(embeddings[chosen])
    for column in columns(colours):
        name = f"tsne_{column}.png"
        labels = [rows[i][column] for i in chosen]
        plot_points(points, labels, folder / name, column)
        pictures[f"Recordings in the plane, coloured by {column}"] = name
    return {caption: folder / name for caption, name in pictures.items()}
