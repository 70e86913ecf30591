"""Probes never cost a validation."""

import logging

import torch

from speechbrain_singer.ssl.probing import probed

NAMES = ("a1", "a2", "b1", "b2")
ROWS = [{"singer": s, "song": t} for s, t in NAMES]


def test_accuracies_of_singers_that_are_apart():
    embeddings = torch.eye(2).repeat_interleave(2, dim=0)
    expected = {"knn_accuracy": 100.0, "linear_accuracy": 100.0}
    assert probed(embeddings, ROWS) == expected


def test_rows_without_names_are_not_probed():
    assert probed(torch.eye(4), [{"singer": "", "song": ""}] * 4) == {}


def test_what_cannot_be_probed_is_said_once(caplog, monkeypatch):
    # A message of its own: others may have been said in this process
    def refuse(*_):
        raise ValueError("no songs in this test")

    monkeypatch.setattr("speechbrain_singer.ssl.probing.online_probes", refuse)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert probed(torch.eye(4), ROWS) == {}
    assert caplog.text.count("no songs in this test") == 1


def test_an_error_of_a_library_is_not_passed_on(caplog, monkeypatch):
    def fail(*_):
        raise RuntimeError("the solver is out of order")

    monkeypatch.setattr("speechbrain_singer.ssl.probing.online_probes", fail)
    assert probed(torch.eye(4), ROWS) == {}
    assert "the solver is out of order" in caplog.text
