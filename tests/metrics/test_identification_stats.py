import io

import numpy as np
import pytest
import torch
from speechbrain.utils.Accuracy import AccuracyStats
from speechbrain.utils.metric_stats import ClassificationStats

from speechbrain_singer.metrics.identification import (
    IdentificationStats,
    TopKAccuracyStats,
    within_top_k,
)

NAMES = ["ann", "bob", "cleo", "dan", "eve", "flo"]
KS = (2, 3, 5)


def draw(examples=200, seed=0):
    """Scores and labels; the last class has no example."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(len(NAMES) - 1, (examples,), generator=generator)
    scores = torch.randn(examples, len(NAMES), generator=generator)
    scores[torch.arange(examples), labels] += 1.0
    return scores, labels


def filled(stats, scores, labels, categories=None, batch=60):
    ids = [f"clip{i}" for i in range(len(scores))]
    for i in range(0, len(scores), batch):
        part = slice(i, i + batch)
        own = None if categories is None else categories[part]
        stats.append(ids[part], scores[part], labels[part], own)
    return stats


def by_names(scores, labels, categories=None):
    """SpeechBrain's statistics of the same."""
    best = [NAMES[i] for i in scores.argmax(dim=1)]
    targets = [NAMES[i] for i in labels]
    return filled(ClassificationStats(), best, targets, categories)


@pytest.mark.parametrize("categories", [False, True])
def test_every_field_equals_speechbrain(categories):
    scores, labels = draw()
    categories = ["live", "studio"] * 100 if categories else None
    theirs = by_names(scores, labels, categories).summarize()
    stats = filled(IdentificationStats(NAMES), scores, labels, categories)
    summary = stats.summarize()
    for name, expected in theirs.items():
        if name == "confusion_matrix":
            torch.testing.assert_close(summary[name], expected)
        else:
            assert summary[name] == expected
        if name != "confusion_matrix":
            assert stats.summarize(name) == expected


def test_accuracy_equals_that_of_accuracy_stats():
    scores, labels = draw()
    theirs = AccuracyStats()
    theirs.append(scores[None], labels[None])
    stats = filled(IdentificationStats(NAMES, ks=[1]), scores, labels)
    assert stats.summarize("accuracy") == theirs.summarize()
    assert stats.summarize("top_1") == theirs.summarize()


def test_our_figures_are_those_of_all_scores():
    scores, labels = draw()
    summary = filled(IdentificationStats(NAMES, KS), scores, labels).summarize()
    once = filled(IdentificationStats(NAMES, KS), scores, labels, batch=200)
    for name in (*once.top_k, "balanced_accuracy", "macro_f1"):
        assert summary[name] == once.summarize(name)
    for k in KS:
        assert summary[f"top_{k}"] == within_top_k(scores, labels, k).mean()
    recalls = summary["classwise_accuracy"].values()
    assert summary["balanced_accuracy"] == pytest.approx(np.mean(list(recalls)))


def test_examples_may_follow_a_summary():
    scores, labels = draw()
    stats = filled(IdentificationStats(NAMES, KS), scores[:90], labels[:90])
    before = stats.summarize("accuracy")
    filled(stats, scores[90:], labels[90:])
    after = written(stats)
    assert stats.summarize("accuracy") != before
    whole = filled(IdentificationStats(NAMES, KS), scores, labels)
    assert after == written(whole)


def written(stats):
    file = io.StringIO()
    stats.write_stats(file)
    return file.getvalue()


def test_what_is_written():
    scores, labels = draw()
    stats = filled(IdentificationStats(NAMES, [2]), scores, labels)
    theirs, ours = written(by_names(scores, labels)), written(stats)
    assert ours.startswith(theirs)
    lines = ours.removeprefix(theirs).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "top_2",
        "balanced_accuracy",
        "macro_f1",
    ]
    assert lines[0] == f"top_2: {stats.summarize('top_2'):.2%}"


def test_clearing_forgets():
    scores, labels = draw()
    stats = filled(IdentificationStats(NAMES, KS), scores, labels)
    stats.summarize()
    stats.clear()
    filled(stats, scores[:50], labels[:50])
    fresh = filled(IdentificationStats(NAMES, KS), scores[:50], labels[:50])
    assert written(stats) == written(fresh)


@pytest.mark.parametrize(
    ("ids", "classes", "message"),
    [
        (["clip1"], 6, "1 ids and 6 names of classes for scores"),
        (["clip1", "clip2"], 5, "2 ids and 6 names of classes for scores"),
    ],
)
def test_what_does_not_fit_is_refused(ids, classes, message):
    scores, labels = torch.zeros(2, classes), torch.zeros(2, dtype=int)
    with pytest.raises(ValueError, match=message):
        IdentificationStats(NAMES).append(ids, scores, labels)


def test_scores_that_are_none_are_refused():
    scores, labels = draw(3)
    scores[1, 0] = torch.nan
    with pytest.raises(ValueError, match="1 of 3 are NaN"):
        filled(IdentificationStats(NAMES), scores, labels)


@pytest.mark.parametrize("length", [[1.0, 1.0], [0.5, 1.0], [0.3, 0.72]])
def test_frames_equal_speechbrain(length):
    scores, labels = draw(100)
    batch = scores.view(2, 50, -1), labels.view(2, 50), torch.tensor(length)
    theirs, ours = AccuracyStats(), TopKAccuracyStats()
    theirs.append(*batch)
    ours.append(*batch)
    assert (ours.correct, ours.total) == (theirs.correct, theirs.total)


def test_without_lengths_all_frames_count():
    scores, labels = draw(100)
    stats = TopKAccuracyStats(3)
    stats.append(scores.view(2, 50, -1), labels.view(2, 50))
    assert stats.total == 100
    assert stats.summarize() == within_top_k(scores, labels, 3).mean()
