import pytest

from speechbrain_singer.reports.layer_weights import plot_layer_weights

WEIGHTS = {
    "wavlm": [0.02, 0.05, 0.2, 0.3, 0.2, 0.1] + [0.13 / 7] * 7,
    "_mert": [1 / 13] * 13,
    "ge2e": [0.7, 0.2, 0.1],
}


def test_a_curve_for_each_front_end(tmp_path, shows):
    path = tmp_path / "layers.png"
    figure = plot_layer_weights(WEIGHTS, path)
    (axis,) = figure.axes
    drawn = [list(line.get_ydata()) for line in axis.lines]
    assert drawn == list(WEIGHTS.values())
    assert list(axis.lines[2].get_xdata()) == [0, 1, 2]
    legend = figure.legends[0].get_texts()
    assert [text.get_text() for text in legend] == list(WEIGHTS)
    assert axis.get_ylim()[0] == 0
    assert all(float(tick).is_integer() for tick in axis.get_xticks())
    for line in axis.lines:
        assert shows(path, line.get_color())


def test_nothing_to_draw_is_said(tmp_path):
    with pytest.raises(ValueError, match="no weights of layers"):
        plot_layer_weights({}, tmp_path / "layers.png")
