"""Which questions are asked, and on which side a model stands."""

import numpy as np
import pytest

from speechbrain_singer.evaluation.listening_test import Questions, in_both


class Fixed:
    """Recommends what a list says."""

    def __init__(self, best):
        self.best = best.__getitem__


ROWS = [{"ID": str(n), "singer": f"s{n}", "song": ""} for n in range(40)]
AFTER = [(n + 1) % 40 for n in range(40)]
BEFORE = [(n - 1) % 40 for n in range(40)]


def drawn(first, second, seed=0):
    models = {"a": Fixed(first), "b": Fixed(second)}
    questions = Questions(models, ROWS, seed)
    return questions, list(questions)


def test_both_recommendations_are_asked_once_on_each_side():
    _, asked = drawn(AFTER, BEFORE)
    assert sorted(question.query for question in asked) == list(range(40))
    for question in asked:
        best = {"a": AFTER, "b": BEFORE}
        assert question.left == best[question.left_model][question.query]
        assert question.right == best[question.right_model][question.query]
        assert {question.left_model, question.right_model} == {"a", "b"}
    left = [question.left_model for question in asked]
    assert left.count("a") == left.count("b") == 20
    assert left[::2] != ["a"] * 20 and left[::2] != ["b"] * 20


def test_a_seed_decides_all():
    assert drawn(AFTER, BEFORE, 5)[1] == drawn(AFTER, BEFORE, 5)[1]
    assert drawn(AFTER, BEFORE, 5)[1] != drawn(AFTER, BEFORE, 6)[1]


def test_what_is_recommended_by_both_or_one_is_not_asked():
    second = [AFTER[n] if n < 30 else BEFORE[n] for n in range(40)]
    second[39] = None
    questions, asked = drawn(AFTER, second)
    assert sorted(question.query for question in asked) == list(range(30, 39))
    assert (questions.tried, questions.alike) == (39, 30)


def test_no_more_is_tried_than_asked_for():
    questions = Questions({"a": Fixed(AFTER), "b": Fixed(BEFORE)}, ROWS, 0)
    asked = iter(questions)
    next(asked), next(asked)
    assert questions.tried == 2


def test_two_models_by_two_names():
    with pytest.raises(ValueError, match="two models"):
        Questions({"a": Fixed(AFTER)}, ROWS, 0)


def test_rows_that_one_encoder_failed_on_are_dropped():
    first = np.arange(3), [{"ID": name} for name in "abc"]
    second = np.array([7, 8]), [{"ID": name} for name in "cb"]
    embeddings, rows = in_both(first, second)
    assert [row["ID"] for row in rows] == ["b", "c"]
    assert [own.tolist() for own in embeddings] == [[1, 2], [8, 7]]
