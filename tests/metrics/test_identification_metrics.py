import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from speechbrain_singer.metrics.identification import (
    balanced_accuracy,
    confusion_matrix,
    evaluate,
    macro_f1,
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


def test_counts_and_their_means_equal_scikit_learn(scores, labels):
    predicted = scores.argmax(axis=1)
    present = np.unique(labels)
    counts = confusion_matrix(scores, labels)
    assert counts.shape == (CLASSES, CLASSES)
    assert counts[4].sum() == 0
    assert (
        counts[np.ix_(present, present)]
        == sklearn_metrics.confusion_matrix(labels, predicted, labels=present)
    ).all()
    expected = sklearn_metrics.f1_score(
        labels, predicted, labels=present, average="macro"
    )
    assert macro_f1(counts) == pytest.approx(expected)
    recalls = [(predicted[labels == c] == c).mean() for c in present]
    assert balanced_accuracy(counts) == pytest.approx(np.mean(recalls))


def test_balanced_accuracy_equals_scikit_learn(scores):
    labels = np.random.default_rng(2).integers(0, CLASSES, 200)
    expected = sklearn_metrics.balanced_accuracy_score(
        labels, scores.argmax(axis=1)
    )
    counts = confusion_matrix(scores, labels)
    assert balanced_accuracy(counts) == pytest.approx(expected)


def test_of_equal_scores_the_first_class_is_taken():
    scores, labels = np.zeros((4, 4)), np.arange(4)
    assert within_top_k(scores, labels).mean() == 0.25
    assert within_top_k(scores, labels, 3).mean() == 0.75
    assert confusion_matrix(scores, labels)[:, 0].tolist() == [1, 1, 1, 1]


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


def test_all_figures(scores, labels):
    counts = confusion_matrix(scores, labels)
    assert evaluate(scores, labels, ks=(2, CLASSES - 1, CLASSES)) == {
        "accuracy": within_top_k(scores, labels).mean(),
        "top_2": within_top_k(scores, labels, 2).mean(),
        "top_6": within_top_k(scores, labels, 6).mean(),
        "balanced_accuracy": balanced_accuracy(counts),
        "macro_f1": macro_f1(counts),
    }
