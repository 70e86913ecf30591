from types import SimpleNamespace

import numpy as np
import pytest
import torch

from speechbrain_singer.demo.nearest import nearest_singers

ROWS = [
    {"path": "1.wav", "singer": "Ann"},
    {"path": "2.wav", "singer": "Ann"},
    {"path": "3.wav", "singer": "Bea"},
    {"path": "4.wav", "singer": None},
]


def index_of(rows, order):
    """An index that finds all rows in an order, of falling scores."""
    falling = [0.9 - 0.1 * place / len(order) for place in range(len(order))]

    def search(vectors, k):
        assert vectors.shape == (1, 3)
        lacking = max(0, k - len(order))
        numbers = np.array([order[:k] + lacking * [-1]])
        return numbers, np.array([falling[:k] + lacking * [-np.inf]])

    return SimpleNamespace(search=search, rows=rows)


INDEX = index_of(ROWS, [1, 0, 2, 3])


def test_each_singer_once_by_the_best_recording():
    found = nearest_singers(INDEX, torch.ones(3), 5)
    assert [name for name, _ in found] == ["Ann", "Bea", "4.wav"]
    assert [score for _, score in found] == pytest.approx([0.9, 0.85, 0.825])


def test_no_more_than_are_wanted():
    assert nearest_singers(INDEX, torch.ones(3), 1) == [("Ann", 0.9)]


def test_one_singer_with_many_recordings_hides_no_other():
    rows = [{"path": "", "singer": "Ann"}] * 500 + ROWS[2:]
    found = nearest_singers(index_of(rows, [*range(502)]), torch.ones(3), 2)
    assert [name for name, _ in found] == ["Ann", "Bea"]
