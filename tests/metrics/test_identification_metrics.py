import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from speechbrain_singer.metrics.identification import (
    IdentificationStats,
    within_top_k,
)

CLASSES = 7


@pytest.fixture
def scores():
    return np.random.default_rng(0).standard_normal((200, CLASSES))


@pytest.fixture
def labels(scores):
    """Of six of the classes, in different numbers; often the best or next."""
    rng = np.random.default_rng(1)
    order = np.argsort(-scores, axis=1)
    labels = order[np.arange(200), rng.integers(0, 3, 200)]
    labels[labels == 4] = 2
    return labels


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_top_k_equals_scikit_learn(scores, labels, k):
    expected = sklearn_metrics.top_k_accuracy_score(
        labels, scores, k=k, labels=np.arange(CLASSES)
    )
    accuracy = within_top_k(scores, labels, k).mean()
    assert accuracy == pytest.approx(expected)


def test_two_classes_are_no_exception():
    # scikit-learn's wants a vector there
    scores = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    assert within_top_k(scores, [1, 1, 1]).tolist() == [True, False, True]


def summarize(scores, labels):
    stats = IdentificationStats("abcdefg"[: np.shape(scores)[1]])
    stats.append(range(len(labels)), scores, labels)
    return stats.summarize()


def test_means_over_the_classes_that_have_examples(scores, labels):
    """One of the seven has none, and is predicted."""
    predicted = scores.argmax(axis=1)
    present = np.unique(labels)
    assert len(present) == CLASSES - 1 and 4 in predicted
    recalls, f1 = [], []
    for c in present:
        right = ((predicted == c) & (labels == c)).sum()
        recalls.append(right / (labels == c).sum())
        f1.append(2 * right / ((predicted == c).sum() + (labels == c).sum()))
    summary = summarize(scores, labels)
    assert summary["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    assert summary["macro_f1"] == pytest.approx(np.mean(f1))


def test_balanced_accuracy_equals_scikit_learn(scores):
    labels = np.random.default_rng(2).integers(0, CLASSES, 200)
    expected = sklearn_metrics.balanced_accuracy_score(
        labels, scores.argmax(axis=1)
    )
    summary = summarize(scores, labels)
    assert summary["balanced_accuracy"] == pytest.approx(expected)


def test_of_equal_scores_the_first_class_is_taken():
    scores, labels = np.zeros((4, 4)), np.arange(4)
    assert within_top_k(scores, labels).mean() == 0.25
    assert within_top_k(scores, labels, 3).mean() == 0.75
    summary = summarize(scores, labels)
    assert summary["predictions"] == ["a"]
    assert summary["accuracy"] == summary["balanced_accuracy"] == 0.25


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        (np.zeros((0, 3)), [], "are needed"),
        (np.zeros((2, 3)), [0], "are needed"),
        (np.zeros(2), [0, 1], "are needed"),
        (np.zeros((2, 3)), [0, 3], "from 0 to 3, but there are 3 classes"),
        ([[0.0, np.nan], [1.0, 0.0]], [0, 1], "1 of 2 are NaN"),
    ],
)
def test_what_makes_no_sense_is_refused(scores, labels, message):
    with pytest.raises(ValueError, match=message):
        within_top_k(scores, labels)


@pytest.mark.parametrize("kind", [np.uint8, float])
def test_among_the_k_best_as_sorting_says(kind):
    """With many ties, and of numbers that have no negatives."""
    rng = np.random.default_rng(0)
    scores, labels = rng.integers(0, 4, (300, 7)), rng.integers(0, 7, 300)
    order = np.argsort(-scores, axis=1, kind="stable")
    place = (order == labels[:, None]).argmax(axis=1)
    for k in range(1, 9):
        within = within_top_k(scores.astype(kind), labels, k)
        assert np.array_equal(within, place < k)
