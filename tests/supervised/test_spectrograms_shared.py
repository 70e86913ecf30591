"""Spectrograms computed by several processes, together or at once."""

import numpy as np
import pytest
import soundfile
import torch
from processes import start
from spectrograms_worker import PROCESSES, work


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spectrograms")
    rng = np.random.default_rng(0)
    rows = []
    for i in range(7):
        path = folder / f"{i}.wav"
        soundfile.write(path, rng.uniform(-0.5, 0.5, 500 + i), 8000)
        rows.append({"wav": str(path)})
    (folder / "3.wav").write_text("no audio")
    start(work, folder, rows, number=PROCESSES)
    return [
        torch.load(folder / f"{rank}.pt", weights_only=False)
        for rank in range(PROCESSES)
    ]


@pytest.mark.parametrize("way", ["alone", "shared", "again", "own_disk"])
def test_all_have_the_same_in_order(outcomes, way):
    first = outcomes[0]["alone"]["spectrograms"]
    assert len(first) == 6
    for outcome in outcomes:
        assert [path[-5] for path in outcome[way]["kept"]] == list("012456")
        for one, other in zip(outcome[way]["spectrograms"], first, strict=True):
            np.testing.assert_allclose(one, other, atol=0.1)


def test_each_computes_its_share_once(outcomes):
    # Files 0, 2, 4 and 6; 1, 3 and 5: the bad one is the second one's
    assert [outcome["shared"]["calls"] for outcome in outcomes] == [4, 2]
    assert [outcome["again"]["calls"] for outcome in outcomes] == [0, 0]
    # What is not on one's own disk is computed there
    assert [outcome["own_disk"]["calls"] for outcome in outcomes] == [6, 6]


def test_all_hear_of_an_error(outcomes):
    for outcome in outcomes:
        assert "none of 2 recordings" in outcome["none"]
        assert "no.wav: no such file" in outcome["none"]
        assert "no space left" in outcome["full"]
