import numpy as np
import torch

from speechbrain_singer.reports.performances_plots import (
    drawn_evenly,
    plot_neighbours,
)
from speechbrain_singer.reports.singers import tsne


def balanced(singers=3, songs=3):
    return [
        {"ID": f"{s}-{k}", "singer": f"s{s}", "song": f"k{k}"}
        for s in range(singers)
        for k in range(songs)
    ]


def answers(singer, song):
    return {
        "neighbours": {
            "singer": {"accuracy": dict(enumerate(singer)), "chance": 10.0},
            "song": {"accuracy": dict(enumerate(song)), "chance": 25.0},
        }
    }


def test_bars_are_the_accuracies_and_lines_are_chance(tmp_path, shows):
    reports = {"a": answers([90, 80], [20, 30]), "b": answers([1, 2], [3, 4])}
    figure = plot_neighbours(reports, tmp_path / "a.png")
    first, second = figure.axes
    assert [bar.get_height() for bar in first.patches] == [90, 80, 20, 30]
    assert [bar.get_height() for bar in second.patches] == [1, 2, 3, 4]
    assert [bool(bar.get_hatch()) for bar in first.patches] == [
        *(False, False, True, True)
    ]
    assert [line.get_ydata()[0] for line in first.lines] == [10, 25]
    assert shows(tmp_path / "a.png", "C0")


def test_a_picture_has_as_many_of_each_singer_and_the_same_songs():
    rows = balanced(12, 6)
    rows = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    drawn = [rows[i] for i in drawn_evenly(rows)]
    assert len(drawn) == 40
    assert len({row["singer"] for row in drawn}) == 10
    assert {row["song"] for row in drawn} == {"k0", "k1", "k2", "k3"}
    assert len({(row["singer"], row["song"]) for row in drawn}) == 40


def test_a_song_that_is_sung_twice_is_drawn_last():
    rows = [{"singer": "a", "song": k} for k in ("x", "x", "y")]
    assert drawn_evenly(rows, each=2) == [0, 2]
    assert drawn_evenly([{"singer": "a"}] * 3, each=2) == [0, 1]


def test_lengths_count_by_the_euclidean_distance():
    """Two directions, each short and long: who is near depends on it."""
    generator = torch.Generator().manual_seed(0)
    directions = torch.eye(2).repeat_interleave(8, dim=0)
    lengths = torch.tensor([1.0, 50.0]).repeat(8)
    vectors = directions * lengths[:, None]
    vectors += 0.01 * torch.randn(16, 2, generator=generator)
    points = tsne(vectors, "euclidean")
    spread = np.linalg.norm(points[0] - points[[2, 4, 6]], axis=1).max()
    assert spread < np.linalg.norm(points[0] - points[1])
