import numpy as np
import pytest
from scipy.stats import norm

from speechbrain_singer.reports.verification_plots import plot_det, plot_scores


def test_det_of_gaussian_scores_is_a_straight_line(tmp_path, shows):
    """Of unit deviation both, so that it falls by 45 degrees."""
    thresholds = np.linspace(-1, 3, 50)
    rates = norm.cdf(thresholds - 2), norm.sf(thresholds)
    figure = plot_det(*rates, tmp_path / "det.png")
    x, y = figure.axes[0].lines[0].get_data()
    inner = slice(1, -1)
    assert np.polyfit(x[inner], y[inner], 1) == pytest.approx(
        [-1, -2], abs=1e-6
    )
    assert shows(tmp_path / "det.png", figure.axes[0].lines[0].get_color())


def test_det_has_false_acceptance_below_and_rejection_at_the_side(tmp_path):
    rejection, acceptance = (
        np.array([0.02, 0.1, 0.3]),
        np.array([0.5, 0.2, 0.01]),
    )
    figure = plot_det(rejection, acceptance, tmp_path / "det.png")
    axis = figure.axes[0]
    x, y = axis.lines[0].get_data()
    assert "acceptance" in axis.get_xlabel()
    assert "rejection" in axis.get_ylabel()
    assert norm.cdf(x) == pytest.approx(acceptance)
    assert norm.cdf(y) == pytest.approx(rejection)


def test_det_of_no_errors_stays_on_the_page(tmp_path):
    rates = np.array([0, 0, 1.0]), np.array([1, 0, 0.0])
    figure = plot_det(*rates, tmp_path / "det.png")
    assert np.isfinite(figure.axes[0].lines[0].get_data()).all()


def test_scores_of_both_kinds(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.repeat([1, 0], [100, 900])
    scores = rng.standard_normal(1000) + 3 * labels
    figure = plot_scores(scores, labels, 1.5, tmp_path / "scores.png")
    axis = figure.axes[0]
    steps = [step.get_data() for step in axis.patches]
    areas = [step.values @ np.diff(step.edges) for step in steps]
    assert areas == pytest.approx([1, 1], rel=1e-6)
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert sorted(legend) == [
        "equal errors", "other singer (900)", "same singer (100)"
    ]  # fmt: skip


def test_constant_scores_can_be_drawn(tmp_path):
    labels = np.array([0, 1, 0, 1])
    figure = plot_scores(np.ones(4), labels, 1.0, tmp_path / "scores.png")
    drawn = [step.get_data().values for step in figure.axes[0].patches]
    assert len(drawn) == 2 and np.isfinite(drawn).all()
