"""Which folds a command line asks for, and which of them a process trains."""

import os

import pytest
from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.supervised.fold_runs import asked_folds, own_runs


@pytest.mark.parametrize("fold", ["-1", "10", "every", "1.5", ""])
def test_a_fold_that_there_is_not_is_refused(fold):
    with pytest.raises(ValueError, match="fold"):
        asked_folds(fold, 10)


def test_one_fold_cannot_train_and_test():
    with pytest.raises(ValueError, match="2 at least"):
        asked_folds("all", 1)


@pytest.mark.parametrize(("rank", "share"), [(0, [0, 2, 4]), (1, [1, 3])])
def test_processes_of_a_torchrun_share_the_folds(rank, share, monkeypatch):
    told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2}
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))
    options = RunOptions(device="cpu", distributed_launch=True)
    runs, options = own_runs([0, 1, 2, 3, 4], options)
    assert runs == share
    assert not options.distributed_launch
    # SpeechBrain would take what is set for one of several that wait
    assert not told.keys() & os.environ.keys()


def test_one_run_is_shared_by_all_processes(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert own_runs([7], RunOptions(distributed_launch=True)) == (
        [7],
        RunOptions(distributed_launch=True),
    )
    assert os.environ["RANK"] == "1"
