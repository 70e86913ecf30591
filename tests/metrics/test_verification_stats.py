import io
import time

import numpy as np
import pytest
import torch
from speechbrain.utils.metric_stats import BinaryMetricStats

from speechbrain_singer.metrics.detection import evaluate, operating_points
from speechbrain_singer.metrics.verification_stats import VerificationStats


def draw(trials, decimals=8, seed=0):
    """Scores and labels; few decimals make many ties."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, trials)
    scores = np.round(rng.normal(labels * 1.5, 1.0), decimals)
    return torch.tensor(scores).float(), torch.tensor(labels)


def filled(stats, scores, labels, batch=100):
    """A class's statistics of trials that come in batches."""
    ids = [f"trial{i}" for i in range(len(scores))]
    for i in range(0, len(scores), batch):
        part = slice(i, i + batch)
        stats.append(ids[part], scores[part], labels[part])
    return stats


def both(scores, labels, **settings):
    """SpeechBrain's summary, and of ours what has the same names."""
    expected = filled(BinaryMetricStats(), scores, labels).summarize(**settings)
    summary = filled(VerificationStats(), scores, labels).summarize(**settings)
    assert expected.keys() < summary.keys()
    return expected, {name: summary[name] for name in expected}


@pytest.mark.parametrize("decimals", [0, 1, 8])
@pytest.mark.parametrize("trials", [5, 60, 1000])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"beta": 2.0},
        {"beta": 0.5, "eps": 0.01},
        {"threshold": 0.25},
        {"threshold": -9.0, "beta": 2.0},
        {"threshold": 9.0},
        {"max_samples": 20},
        {"max_samples": 33.5, "beta": 2},
        {"max_samples": 10**6},
        {"max_samples": 3, "threshold": 0.25},
    ],
    ids=str,
)
def test_every_field_equals_speechbrain(trials, decimals, settings):
    expected, summary = both(*draw(trials, decimals), **settings)
    assert summary == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_threshold_is_as_precise_as_the_scores(dtype):
    # 0.1 of float32 is above that of float64
    scores = torch.tensor([0.1, 0.1, 0.5, 0.0]).to(dtype)
    settings = {"threshold": 0.1}
    expected, summary = both(scores, torch.tensor([1, 0, 1, 0]), **settings)
    assert summary == pytest.approx(expected)


def test_a_single_field_equals_speechbrain():
    scores, labels = draw(200)
    theirs = filled(BinaryMetricStats(), scores, labels)
    ours = filled(VerificationStats(), scores, labels)
    for field in theirs.summarize():
        expected = pytest.approx(theirs.summarize(field), rel=1e-6)
        assert ours.summarize(field) == expected


def test_our_figures_stand_beside():
    scores, labels = draw(500, 1)
    stats = filled(VerificationStats(), scores, labels)
    summary = stats.summarize(threshold=0.0, max_samples=10)
    figures = evaluate(operating_points(scores, labels))
    assert {name: summary[name] for name in figures} == figures
    assert stats.points.positives == labels.sum()


@pytest.mark.parametrize("positive", [0, 1, 2, 7])
def test_what_is_positive_is_so_for_all_figures(positive):
    scores, labels = draw(300, 1)
    same = (labels if positive else 1 - labels).bool()
    named = torch.where(same, positive, 1 if positive == 0 else 0)
    stats = filled(VerificationStats(positive), scores, named)
    theirs = filled(BinaryMetricStats(), scores, same.long())
    expected, summary = theirs.summarize(), stats.summarize()
    for name, value in expected.items():
        assert summary[name] == pytest.approx(value, rel=1e-6)
    # The threshold, which is what SpeechBrain's own label sets, is the same
    own = filled(BinaryMetricStats(positive), scores, named).summarize()
    assert summary["threshold"] == pytest.approx(own["threshold"])


def test_bool_labels_arrays_and_any_shape():
    scores, labels = draw(60)
    expected = filled(VerificationStats(), scores, labels).summarize()
    stats = VerificationStats()
    shaped = scores.view(3, 20), labels.view(3, 20).bool()
    stats.append(["a", "b", "c"], *(x.numpy() for x in shaped))
    assert stats.summarize() == expected


def test_trials_may_follow_a_summary():
    scores, labels = draw(200)
    stats = filled(VerificationStats(), scores[:90], labels[:90])
    before = stats.summarize()
    filled(stats, scores[90:], labels[90:])
    after = stats.summarize()
    assert after != before
    assert after == filled(VerificationStats(), scores, labels).summarize()
    assert len(stats.ids) == 200


def test_clearing_forgets():
    scores, labels = draw(200)
    stats = filled(VerificationStats(), scores, labels)
    stats.summarize()
    stats.clear()
    assert stats.ids == [] and stats.summary == {}
    with pytest.raises(ValueError, match="no trials yet"):
        stats.summarize()
    filled(stats, scores[:50], labels[:50])
    fresh = filled(VerificationStats(), scores[:50], labels[:50])
    assert stats.summarize() == fresh.summarize()


def test_no_true_positive_has_no_f_score():
    stats = VerificationStats()
    stats.append("ab", torch.tensor([1.0, 0.0]), torch.tensor([1, 0]))
    assert stats.summarize("F-score", threshold=2.0, beta=0) == 0


@pytest.mark.parametrize("label", [0, 1])
def test_an_empty_side_is_refused(label):
    scores, labels = torch.tensor([1.0, 2.0]), torch.full((2,), label)
    with pytest.raises(ValueError, match="both kinds are needed"):
        filled(VerificationStats(), scores, labels).summarize()


def test_scores_that_are_none_are_refused():
    scores, labels = torch.tensor([1.0, float("nan")]), torch.tensor([1, 0])
    with pytest.raises(ValueError, match="1 of 2 scores are not finite"):
        filled(VerificationStats(), scores, labels).summarize(threshold=0.0)


def test_a_label_short_is_refused():
    with pytest.raises(ValueError, match="one label per score"):
        VerificationStats().append("ab", torch.ones(2), torch.ones(1))


def test_what_is_written(capsys):
    stats = filled(VerificationStats(), *draw(60))
    file = io.StringIO()
    stats.write_stats(file, verbose=True)
    lines = dict(line.split(": ") for line in file.getvalue().splitlines())
    assert {name: float(x) for name, x in lines.items()} == stats.summarize()
    assert capsys.readouterr().out == file.getvalue()


def test_scores_are_sorted_once(monkeypatch):
    stats = filled(VerificationStats(), *draw(60))
    points = stats.points
    monkeypatch.setattr(np, "argsort", None)
    stats.summarize()
    stats.summarize(threshold=0.5)
    assert stats.points is points


def test_a_million_trials_take_seconds():
    scores, labels = draw(10**6)
    start = time.perf_counter()
    stats = filled(VerificationStats(), scores, labels, batch=1000)
    summary = stats.summarize()
    assert time.perf_counter() - start < 30
    assert summary["TP"] + summary["FN"] == labels.sum()
    assert summary["EER"] == pytest.approx(0.2266, abs=0.002)
