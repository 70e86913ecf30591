"""Evaluation in several processes: shared out, and the same as in one."""

import numpy as np
import pytest
import soundfile
import torch
from processes import start
from shares_worker import PROCESSES, work


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shares")
    rows = []
    for i in range(7):
        path = folder / f"{i}.wav"
        soundfile.write(path, np.full(80, i / 10), 8000, subtype="FLOAT")
        rows.append({"wav": str(path)})
    (folder / "3.wav").write_text("no audio")
    start(work, folder, rows, number=PROCESSES)
    return [torch.load(folder / f"{rank}.pt") for rank in range(PROCESSES)]


def test_all_have_all_embeddings_in_order(outcomes):
    for outcome in outcomes:
        assert outcome["embeddings"][:, 0].numpy() == pytest.approx(
            [0.0, 0.1, 0.2, 0.4, 0.5, 0.6]
        )
        assert [path[-5] for path in outcome["kept"]] == list("012456")


def test_each_encodes_its_share_once(outcomes):
    # Files 0, 3 and 6; 1 and 4; 2 and 5: the bad one is the first one's
    assert [outcome["clips"] for outcome in outcomes] == [2, 2, 2]
    assert [outcome["clips_again"] for outcome in outcomes] == [0, 0, 0]
    for outcome in outcomes:
        assert torch.equal(outcome["embeddings"], outcome["again"])


def test_one_is_the_main_process(outcomes):
    assert [outcome["main"] for outcome in outcomes] == [True, False, False]


def test_all_hear_of_an_error(outcomes):
    """None of them waits for ever, also where one has no row to encode."""
    for outcome in outcomes:
        assert outcome["none"].startswith("none of 2 recordings")
        assert "no.wav: no such file" in outcome["none"]
        assert outcome["raised"] == "on process 0"
