"""The picture of notes that were found, over those that are there."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch

from speechbrain_singer.reports.pictures import (
    name_legend,
    picture,
    shown_name,
)

_HEIGHT = 0.9  # of a note, in semitones
_THIN = 0.4  # of one that was found, which lies over it
_LONGEST = 20.0  # s that are drawn


def plot_piano_roll(estimated, reference, path, title=""):
    """Draws notes over time and pitch, of the first 20 s.

    Reference notes are wide and grey, estimated ones narrow, with a line where
    they begin. Black keys are shaded.

    Arguments
    ---------
    estimated, reference : array_like
        [notes, 3]: onset and offset in seconds, MIDI pitch.
    path : str or Path
        Of the picture; its ending says the format.
    title : str

    Returns
    -------
    figure : matplotlib.figure.Figure

    Example
    -------
    >>> path = getfixture("tmp_path") / "song.png"
    >>> figure = plot_piano_roll([(0, 1, 60)], [(0, 1, 60), (1, 2, 62)], path)
    >>> [len(bars.get_paths()) for bars in figure.axes[0].collections[:2]]
    [2, 1]
    """
    kinds = {
        "reference": (_first_seconds(reference), _HEIGHT, "0.65"),
        "estimated": (_first_seconds(estimated), _THIN, "C1"),
    }
    pitches = np.concatenate([notes[:, 2] for notes, *_ in kinds.values()])
    with picture(path, 8.0, 3.2) as figure:
        axis = figure.subplots()
        for notes, height, colour in kinds.values():
            _draw(axis, notes, height, colour)
        onsets = kinds["estimated"][0]
        axis.vlines(
            *(onsets[:, 0], onsets[:, 2] - 0.5, onsets[:, 2] + 0.5),
            *("C3", "solid"),
            linewidth=1,
        )
        if len(pitches):
            lowest, highest = pitches.min() - 2, pitches.max() + 2
            axis.set_ylim(lowest, highest)
            _shade_black_keys(axis, lowest, highest)
        axis.set(xlabel="time in s", ylabel="MIDI pitch")
        axis.set_title(shown_name(title))
        patches = [Patch(color=colour) for *_, colour in kinds.values()]
        place = {"loc": "outside lower center", "ncols": 2}
        name_legend(figure, patches, list(kinds), **place)
    return figure


def _first_seconds(notes):
    notes = np.asarray(notes, dtype=float).reshape(-1, 3)
    return notes[notes[:, 0] < _LONGEST]


def _draw(axis, notes, height, colour):
    onsets, offsets, pitches = notes.T
    bottom = pitches - height / 2
    corners = np.stack(
        [
            np.stack([x, y], axis=-1)
            for x, y in (
                (onsets, bottom),
                (offsets, bottom),
                (offsets, bottom + height),
                (onsets, bottom + height),
            )
        ],
        axis=1,
    )
    bars = PolyCollection(corners, facecolors=colour, edgecolors="none")
    axis.add_collection(bars)
    axis.autoscale_view()


def _shade_black_keys(axis, lowest, highest):
    for pitch in range(int(lowest), int(highest) + 1):
        if pitch % 12 in (1, 3, 6, 8, 10):
            axis.axhspan(pitch - 0.5, pitch + 0.5, color="0.95", zorder=0)
