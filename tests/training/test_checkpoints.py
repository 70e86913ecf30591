import pytest
import torch

from speechbrain_singer.training.checkpoints import AtomicCheckpointer


@pytest.fixture
def model():
    return torch.nn.Linear(2, 2)


@pytest.fixture
def checkpointer(tmp_path, model):
    return AtomicCheckpointer(tmp_path, {"model": model})


class KilledError(Exception):
    pass


def fill(model, value):
    torch.nn.init.constant_(model.weight, value)


def test_a_save_that_is_killed_does_not_count(
    checkpointer, model, monkeypatch, tmp_path
):
    fill(model, 1.0)
    checkpointer.save_checkpoint(name="whole")

    def die(*_):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setitem(checkpointer.custom_save_hooks, "model", die)
        fill(model, 2.0)
        with pytest.raises(KilledError):
            checkpointer.save_checkpoint(name="killed")
    assert (tmp_path / "CKPT+killed").exists()
    checkpointer.recover_if_possible()
    assert (model.weight == 1.0).all()
    checkpointer.save_checkpoint(name="next")
    assert not (tmp_path / "CKPT+killed").exists()


def test_a_deletion_that_is_killed_does_not_count(
    checkpointer, model, tmp_path
):
    fill(model, 1.0)
    checkpointer.save_checkpoint(meta={"EER": 0.5}, name="deleted")
    (tmp_path / "CKPT+deleted" / "model.ckpt").unlink()
    assert (tmp_path / "CKPT+deleted" / "CKPT.yaml").exists()
    assert checkpointer.recover_if_possible(min_key="EER") is None


def test_metadata_comes_back(checkpointer):
    checkpointer.save_checkpoint(meta={"epoch": 3, "EER": 12.5})
    meta = checkpointer.recover_if_possible(min_key="EER").meta
    assert meta["epoch"] == 3
    assert meta["EER"] == 12.5
    assert meta["end-of-epoch"] is True


def test_best_and_latest_are_kept(checkpointer, model):
    for epoch, rate in enumerate([30.0, 10.0, 20.0, 25.0]):
        fill(model, float(epoch))
        checkpointer.save_and_keep_only(
            meta={"epoch": epoch, "EER": rate},
            min_keys=["EER"],
            importance_keys=[],
        )
    epochs = {c.meta["epoch"] for c in checkpointer.list_checkpoints()}
    assert epochs == {1, 3}
    checkpointer.recover_if_possible(min_key="EER")
    assert (model.weight == 1.0).all()


def test_a_corrupt_checkpoint_is_named(checkpointer, tmp_path):
    checkpointer.save_checkpoint(name="corrupt")
    (tmp_path / "CKPT+corrupt" / "model.ckpt").write_bytes(b"nonsense")
    with pytest.raises(RuntimeError, match=r"(?s)CKPT\+corrupt.*Delete"):
        checkpointer.recover_if_possible()
