"""Which folds a command line asks for, and which of them a process trains."""

import json
import os

import pytest
from speechbrain.utils.run_opts import RunOptions

from speechbrain_singer.supervised.fold_runs import (
    asked_folds,
    check_same_in_all_folds,
    is_done,
    own_runs,
)


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


def test_folds_that_have_begun_bind_the_others(tmp_path):
    """Whichever column they are made by, as they stand on one page."""
    settings = {"fold": 0, "folds": 9, "group_by": "recording", "lr": 0.1}
    check_same_in_all_folds(tmp_path, settings)
    # Nothing is trained yet, and a mistake can be mended
    settings["lr"] = 0.2
    check_same_in_all_folds(tmp_path, settings)
    (tmp_path / "by_recording" / "fold_0" / "save" / "CKPT+1").mkdir(
        parents=True
    )
    others = {"fold": 1, "folds": 2, "group_by": "song"}
    check_same_in_all_folds(tmp_path, settings | others)
    with pytest.raises(ValueError, match=r"lr is 0.1 now, 0.2 then"):
        check_same_in_all_folds(tmp_path, settings | others | {"lr": 0.1})


def test_a_run_is_done_once_its_last_file_is_written(tmp_path):
    assert not is_done(tmp_path, 4)
    metrics, page = tmp_path / "metrics.json", tmp_path / "report.html"
    metrics.write_text(json.dumps({"epochs_asked": 4}))
    assert is_done(tmp_path, 4) and not is_done(tmp_path, 8)
    assert not is_done(tmp_path, 4, "report.html")
    page.touch()
    os.utime(metrics, ns=(10**9, 10**9))
    os.utime(page, ns=(10**9 - 1, 10**9 - 1))  # of the run before
    assert not is_done(tmp_path, 4, "report.html")
    os.utime(page, ns=(10**9 + 1, 10**9 + 1))
    assert is_done(tmp_path, 4, "report.html")
