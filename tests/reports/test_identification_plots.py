import numpy as np
import pytest

from speechbrain_singer.reports.identification_plots import (
    plot_confusion,
    plot_few_shot,
)


@pytest.mark.parametrize("singers", [2, 12, 50, 100])
def test_confusion_of_few_and_many(singers, tmp_path, shows):
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.2, (singers, singers)) + 20 * np.eye(
        singers, dtype=int
    )
    names = [f"singer{i}" for i in range(singers)]
    figure = plot_confusion(counts, names, "who?", tmp_path / "a.png")
    axis = figure.axes[0]
    assert axis.get_title() == "who?"
    # Rows are true singers, in percent
    shares = axis.images[0].get_array()
    assert np.asarray(shares).sum(axis=1) == pytest.approx(100)
    assert shares[0, 0] == pytest.approx(100 * counts[0, 0] / counts[0].sum())
    written = {text.get_text() for text in axis.texts}
    assert bool(written) == (singers <= 25)
    ticks = [label.get_text() for label in axis.get_yticklabels()]
    assert (ticks == names) == (singers <= 60)
    image = axis.images[0]
    assert shows(tmp_path / "a.png", image.cmap(image.norm(0)))
    assert shows(tmp_path / "a.png", image.cmap(image.norm(shares.max())))


def test_a_singer_without_clips_is_an_empty_row(tmp_path):
    figure = plot_confusion([[0, 0], [1, 1]], "ab", "", tmp_path / "a.png")
    shares = figure.axes[0].images[0].get_array()
    assert np.asarray(shares).tolist() == [[0, 0], [50, 50]]


def test_few_shot_curves(tmp_path, shows):
    curve = {n: {"mean": 10.0 * n, "spread": 2.0} for n in (1, 2, 5)}
    curves = {"linear": curve, "centroid": curve}
    figure = plot_few_shot(curves, 5.0, tmp_path / "a.png")
    axis = figure.axes[0]
    assert axis.lines[0].get_xdata().tolist() == [1, 2, 5]
    assert axis.lines[0].get_ydata().tolist() == [10, 20, 50]
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert legend == ["linear probe", "nearest centroid", "chance"]
    for line in axis.lines[:2]:
        assert shows(tmp_path / "a.png", line.get_color())
