import numpy as np

from speechbrain_singer.reports.piano_roll import plot_piano_roll


def boxes(collection):
    """(onset, offset, lowest, highest) of each bar."""
    corners = (path.vertices for path in collection.get_paths())
    return [
        (c[:, 0].min(), c[:, 0].max(), c[:, 1].min(), c[:, 1].max())
        for c in corners
    ]


def test_notes_lie_where_they_are(tmp_path):
    reference = [(0.5, 1.0, 60), (1.0, 2.5, 64), (25.0, 26.0, 30)]
    estimated = [(0.75, 1.0, 61)]
    path = tmp_path / "a.png"
    figure = plot_piano_roll(estimated, reference, path, "a song")
    assert path.stat().st_size > 1000
    (axis,) = figure.axes
    below, above, onsets = axis.collections[:3]
    np.testing.assert_allclose(
        boxes(below), [(0.5, 1.0, 59.55, 60.45), (1.0, 2.5, 63.55, 64.45)]
    )
    np.testing.assert_allclose(boxes(above), [(0.75, 1.0, 60.8, 61.2)])
    assert onsets.get_segments()[0].tolist() == [[0.75, 60.5], [0.75, 61.5]]
    assert axis.get_ylim() == (58, 66)  # notes after 20 s are not drawn
    assert axis.get_title() == "a song"


def test_songs_without_notes_are_drawn(tmp_path):
    figure = plot_piano_roll([], [(0, 1, 60)], tmp_path / "a.png")
    assert [len(boxes(c)) for c in figure.axes[0].collections[:2]] == [1, 0]
    plot_piano_roll([], [], tmp_path / "b.png")
    assert (tmp_path / "b.png").stat().st_size > 1000
