import json
import sys

import pytest

from speechbrain_singer.training.log import EpochLog

META = {"epoch": 1, "lr": 0.1}


def test_text_and_lines(tmp_path):
    log = EpochLog(tmp_path)
    log.write(META, {"loss": 2.0}, {"EER": 12.3456})
    log.write({"epoch": 2, "lr": 0.05}, {"loss": 1.0})
    text = (tmp_path / "train_log.txt").read_text().splitlines()
    assert (
        text[0]
        == "epoch: 1, lr: 1.000e-01 - train loss: 2.000 - valid EER: 12.346"
    )
    lines = (tmp_path / "history.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {**META, "train": {"loss": 2.0}, "valid": {"EER": 12.3456}},
        {"epoch": 2, "lr": 0.05, "train": {"loss": 1.0}, "valid": None},
    ]


def test_a_debug_run_leaves_the_log_of_the_run_alone(tmp_path):
    EpochLog(tmp_path).beside_debug().write(META, {"loss": 2.0})
    assert [path.name for path in tmp_path.iterdir()] == ["debug"]
    assert {path.name for path in (tmp_path / "debug").iterdir()} == {
        "history.jsonl",
        "train_log.txt",
    }


def test_the_step_in_tensorboard_is_the_epoch(tmp_path):
    loading = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    # Two objects, as of a run that was killed and went on
    EpochLog(tmp_path, True).write(META, {"loss": 2.0}, {"EER": 30.0})
    second = {"epoch": 2, "lr": 0.05}
    EpochLog(tmp_path, True).write(second, {"loss": 1.0}, {"EER": 20.0})
    events = loading.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    for tag, values in (
        ("loss/train", [2.0, 1.0]),
        ("EER/valid", [30.0, 20.0]),
    ):
        scalars = events.Scalars(tag)
        assert [scalar.value for scalar in scalars] == values
        assert [scalar.step for scalar in scalars] == [1, 2]


def test_without_tensorboard_the_error_says_what_to_install(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    EpochLog(tmp_path)
    with pytest.raises(ImportError, match="pip install tensorboard"):
        EpochLog(tmp_path, use_tensorboard=True)


def test_a_line_that_a_kill_cut_spoils_no_other(tmp_path):
    log = EpochLog(tmp_path)
    log.history.write_text('{"epoch": 1, "lr"')
    log.write({"epoch": 2, "lr": 0.1}, {"loss": 2.0})
    first, second = log.history.read_text().splitlines()
    assert first == '{"epoch": 1, "lr"'
    assert json.loads(second)["epoch"] == 2
