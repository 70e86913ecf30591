"""What a measurement of voices leaves: figures, tables, curves and a page."""

from functools import cache, partial

import numpy as np
import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.singer_draws import Tracks
from speechbrain_singer.evaluation.artist_similarity import track_embeddings
from speechbrain_singer.reports.similarity_curves import (
    context_panels,
    share_panels,
)
from speechbrain_singer.reports.similarity_plots import plot_voice_curves
from speechbrain_singer.reports.similarity_sections import voice_sections
from speechbrain_singer.reports.similarity_tables import voices_table
from speechbrain_singer.reports.singers import plot_tsne, tsne
from speechbrain_singer.reports.tables import write_tables

logger = get_logger(__name__)

FILES = ("contexts.png", "sex.png", "shares.png", "tsne_*.png")
MAX_POINTS = 2000  # tracks in the plane


def write_voices(results, name, report, heard, colours=()):
    """Writes all there is to know of an encoder.

    metrics.json; table.md, table.csv and table.tex; contexts.png, sex.png,
    shares.png and tsne_<what is heard>_<column>.png; and report.html, which
    has all of it. What an earlier run left of the pictures is removed.

    Arguments
    ---------
    results : Results
    name : str
        Of the encoder.
    report : dict
        As `VoiceProtocol.run` returns it.
    heard : Heard
        What it was asked of.
    colours : sequence of str
        Columns of the manifest by which tracks are coloured; one that is not
        there is left out, with a warning.
    """
    results.save(report)
    _write(results, {name: report}, _planes(heard, colours))


def write_compared(results, reports, failures=()):
    """The same of several encoders, in one table and on one page.

    Without planes; `metrics.json` has the reports by encoder.

    Arguments
    ---------
    results : Results
    reports : dict of str to dict
        By encoder, as `VoiceProtocol.run` or `over_runs` returns them.
    failures : sequence of str
        What could not be measured, and why.
    """
    results.save({"encoders": reports, "failures": list(failures)})
    _write(results, reports, {}, failures)


def _write(results, reports, planes, failures=()):
    table = voices_table(reports)
    write_tables(results.folder, table, failures)
    results.write(
        voice_sections(reports, table, failures), _curves(reports) | planes
    )
    results.remove_former(FILES)
    for line in table[1:]:
        logger.info(
            "In %%: %s",
            ", ".join(map(": ".join, zip(table[0], line, strict=True))),
        )


def _planes(heard, colours):
    """Tracks in the plane, by what is heard and column."""
    tracks = Tracks.of(heard.rows)
    chosen = np.arange(len(tracks.first))
    if len(chosen) > MAX_POINTS:
        rng = np.random.default_rng(0)
        chosen = np.sort(rng.choice(len(chosen), MAX_POINTS, replace=False))
    rows = [heard.rows[tracks.first[number]] for number in chosen]
    metric = "euclidean" if heard.distance else "cosine"
    pictures = {}
    for way, embeddings in heard.embeddings.items():
        points = cache(partial(_points, heard, embeddings, chosen, metric))
        for column in colours:
            if any(column not in row for row in rows):
                logger.warning("colours: there is no column %r", column)
                continue
            draw = partial(_draw_plane, points, rows, column)
            caption = f"Tracks in the plane: {way}, coloured by {column}"
            pictures[caption] = f"tsne_{way}_{column}.png", draw
    return pictures


def _points(heard, embeddings, chosen, metric):
    tracks = track_embeddings(embeddings, heard.rows, heard.distance)
    return tsne(torch.from_numpy(tracks[chosen]), metric)


def _draw_plane(points, rows, column, path):
    plot_tsne(points(), [row[column] for row in rows], path, column)


def _curves(reports):
    drawn = {
        "Who is it, from how much?": (
            *("contexts.png", "heard together"),
            context_panels(reports, "identification"),
        ),
        "Which sex, from how much?": (
            *("sex.png", "heard together"),
            context_panels(reports, "sex"),
        ),
        "Who is it, from how much training data?": (
            *("shares.png", "share of the training data"),
            share_panels(reports),
        ),
    }
    return {
        caption: (file, partial(plot_voice_curves, panels, label))
        for caption, (file, label, panels) in drawn.items()
        if panels
    }
