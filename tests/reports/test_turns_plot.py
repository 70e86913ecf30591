import numpy as np
from matplotlib.colors import to_rgb

from speechbrain_singer.reports.turns_plot import plot_turns
from speechbrain_singer.segments.turns import Turn

FOUND = [Turn(0, 2, "1"), Turn(2, 5, "2"), Turn(6, 7, "1")]
TRUTH = [Turn(0, 2.5, "ann"), Turn(2.5, 5, "_bob"), Turn(6, 7, "ann")]


def bars(axis):
    """(left, right, height, colour) of each."""
    found = []
    for collection in axis.collections:
        colour = to_rgb(collection.get_facecolor()[0][:3])
        for path in collection.get_paths():
            (left, low), (right, high) = path.get_extents().get_points()
            found.append((left, right, (low + high) / 2, colour))
    return sorted(found, key=lambda bar: (-bar[2], bar[0]))


def test_each_turn_is_a_bar_in_its_singer_s_colour(tmp_path):
    path = tmp_path / "turns.png"
    figure = plot_turns({"reference": TRUTH, "found": FOUND}, path)
    (axis,) = figure.axes
    own = bars(axis)
    assert [bar[:2] for bar in own] == [turn[:2] for turn in [*TRUTH, *FOUND]]
    colours = [bar[3] for bar in own]
    assert colours[:3] == colours[3:]
    assert colours[0] == colours[2] != colours[1]
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels == ["reference", "found"]
    assert path.read_bytes().startswith(b"\x89PNG")
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["ann", "_bob"]


def test_of_long_recordings_the_loudest_levels_are_drawn(tmp_path):
    levels = np.full(72_000, -60.0)
    levels[40_000] = -10.0
    figure = plot_turns({"singers": FOUND}, tmp_path / "a.png", levels)
    times, drawn = figure.axes[0].lines[0].get_data()
    assert len(drawn) <= 2000
    assert drawn.max() == -10
    assert abs(times[drawn.argmax()] - 2000) < 2
    assert times[-1] < 3600
