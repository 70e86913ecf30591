"""What a verification leaves: figures, scores, pictures and a page."""

from functools import cache, partial
from itertools import chain

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.reports.figure_names import figures_table
from speechbrain_singer.reports.page import Section
from speechbrain_singer.reports.singers import (
    plot_similarity,
    plot_tsne,
    tsne,
)
from speechbrain_singer.reports.space import space_section
from speechbrain_singer.reports.tables import write_csv
from speechbrain_singer.reports.threshold import threshold_section
from speechbrain_singer.reports.verification_plots import plot_det, plot_scores
from speechbrain_singer.reports.worst_trials import worst_section
from speechbrain_singer.trials import find_flaws, write_trials

logger = get_logger(__name__)

MAX_LINES = 1_000_000  # of text; longer lists of scores become arrays
MAX_POINTS = 2000  # recordings in the plane, and in space
FILES = (
    *("trials.txt", "scores.csv", "scores.npz", "scores.png"),
    *("det.png", "similarity.png", "tsne_*.png"),
)


def write_verification(
    results, scored, figures, kind, colours=("singer",), excerpts=False
):
    """Writes all there is to know of a verification.

    `metrics.json`, `scores.csv` (`scores.npz` where there are very many),
    `trials.txt` of trials that were drawn, PNGs, and `report.html`. What an
    earlier run left of these is removed in the end.

    Arguments
    ---------
    results : Results
    scored : ScoredTrials
    figures : dict
        Of these, by the names in `figure_names`.
    kind : str
        Of trials: `all_pairs`, `balanced` or the path of a list, which is
        never removed.
    colours : sequence of str
        Columns of the manifest by which recordings are coloured.
    excerpts : bool
        Whether the page plays the recordings of the worst trials.
    """
    results.save(figures)
    trials, rows = scored.trials, scored.rows
    about = f"Trials: {kind}."
    if kind == "balanced":  # drawn, and to be used again
        _write_drawn(results.folder / "trials.txt", trials, rows)
    elif kind != "all_pairs":  # what is built has no flaws
        about = f"Trials: {kind}, {find_flaws(trials, rows)}."
    write_scores(results.folder, scored)
    table = figures_table(figures)
    results.write(
        [Section("Verification", about, table)],
        _pictures(scored, figures["EER_threshold"], colours),
        _to_work_with(scored, figures, colours, excerpts),
    )
    results.remove_former(FILES, keep=kind)
    for title, value, _ in table[1:]:
        logger.info("%s: %s", title, value)


def _to_work_with(scored, figures, colours, excerpts):
    """Sections of the page that one moves, turns and plays."""
    threshold = figures.get("threshold", figures["EER_threshold"])
    worst = partial(
        *(worst_section, scored, threshold),
        columns=colours,
        excerpts=excerpts,
    )
    made = {
        "what a threshold does": partial(threshold_section, scored, figures),
        "false rejections": partial(worst, 1),
        "false acceptances": partial(worst, 0),
    }
    if colours:
        made["three dimensions"] = partial(_in_space, scored, colours)
    return made


def _in_space(scored, colours):
    chosen, metric = _chosen(scored), _metric(scored)
    points = tsne(scored.embeddings[chosen], metric, dimensions=3)
    return space_section(points, [scored.rows[i] for i in chosen], colours)


def _chosen(scored):
    """Recordings that are drawn as points."""
    chosen = np.arange(len(scored.rows))
    if len(chosen) > MAX_POINTS:
        rng = np.random.default_rng(0)
        chosen = np.sort(rng.choice(len(chosen), MAX_POINTS, replace=False))
    return chosen


def _metric(scored):
    return "euclidean" if scored.distance else "cosine"


def _write_drawn(path, trials, rows):
    try:
        write_trials(path, trials, rows)
    except ValueError as error:
        logger.warning(
            "%s is left out: %s; scores.csv has the trials too", path, error
        )


def write_scores(folder, scored):
    """Writes trials with their scores, as text or as arrays.

    Arguments
    ---------
    folder : Path
    scored : ScoredTrials
    """
    ids = [row["ID"] for row in scored.rows]
    if len(scored.scores) > MAX_LINES:
        arrays = {**scored.trials._asdict(), "scores": scored.scores}
        with atomic_path(folder / "scores.npz") as temporary:
            with temporary.open("wb") as file:
                np.savez(file, **arrays, IDs=np.array(ids))
        return
    lines = (
        [label, ids[first], ids[second], f"{score:.9g}"]
        for first, second, label, score in zip(
            *scored.trials, scored.scores, strict=True
        )
    )
    heads = ["label", "first", "second", "score"]
    write_csv(folder / "scores.csv", chain([heads], lines))


def _pictures(scored, threshold, colours):
    rejection, acceptance, _ = scored.stats.points.curve()
    scores, labels = scored.scores, scored.trials.labels
    chosen, metric = _chosen(scored), _metric(scored)
    points = cache(lambda: tsne(scored.embeddings[chosen], metric))

    def draw_plane(column, path):
        names = [scored.rows[i][column] for i in chosen]
        plot_tsne(points(), names, path, column)

    det = partial(plot_det, rejection, acceptance)
    histograms = partial(plot_scores, scores, labels, threshold)
    similarity = partial(
        *(plot_similarity, scored.embeddings, scored.singers),
        distance=scored.distance,
    )
    alike = "Minus mean squared distance" if scored.distance else "Mean cosine"
    pictures = {
        "Both errors at every threshold": ("det.png", det),
        "Scores of both kinds of trials": ("scores.png", histograms),
        f"{alike} between singers": ("similarity.png", similarity),
    }
    for column in colours:
        caption = f"Recordings in the plane, coloured by {column}"
        pictures[caption] = f"tsne_{column}.png", partial(draw_plane, column)
    return pictures
