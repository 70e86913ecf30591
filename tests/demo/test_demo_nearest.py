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


def search(vectors, k):
    assert vectors.shape == (1, 3)
    numbers, scores = [[1, 0, 2, 3, -1]], [[0.9, 0.8, 0.7, 0.6, -np.inf]]
    return np.array(numbers)[:, :k], np.array(scores)[:, :k]


INDEX = SimpleNamespace(search=search, rows=ROWS)


def test_each_singer_once_by_the_best_recording():
    found = nearest_singers(INDEX, torch.ones(3), 5)
    assert [name for name, _ in found] == ["Ann", "Bea", "4.wav"]
    assert [score for _, score in found] == pytest.approx([0.9, 0.7, 0.6])


def test_no_more_than_are_wanted():
    assert nearest_singers(INDEX, torch.ones(3), 1) == [("Ann", 0.9)]
