import hashlib
import json
import os
import shutil
import struct

import pytest
import torch
import yaml
from speechbrain.utils.checkpoints import Checkpointer

from speechbrain_singer.dataio import files
from speechbrain_singer.training.checkpoints import (
    AtomicCheckpointer,
    check_same_recordings,
)


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
        )
    epochs = {c.meta["epoch"] for c in checkpointer.list_checkpoints()}
    assert epochs == {1, 3}
    checkpointer.recover_if_possible(min_key="EER")
    assert (model.weight == 1.0).all()


def test_each_save_lists_the_checkpoints_once(checkpointer, monkeypatch):
    """By as many keys as the first one's."""
    listed, keys = [], []
    list_folders = AtomicCheckpointer._list_checkpoint_dirs
    delete = AtomicCheckpointer.delete_checkpoints

    def count(self):
        listed.append(self)
        return list_folders(self)

    def watch(self, **options):
        keys.append(len(options["importance_keys"]))
        delete(self, **options)

    monkeypatch.setattr(AtomicCheckpointer, "_list_checkpoint_dirs", count)
    monkeypatch.setattr(AtomicCheckpointer, "delete_checkpoints", watch)
    for _ in range(3):
        checkpointer.save_and_keep_only()
    assert keys == [1, 1, 1]
    assert len(listed) == 3


def test_a_corrupt_checkpoint_is_named(checkpointer, tmp_path):
    checkpointer.save_checkpoint(name="corrupt")
    (tmp_path / "CKPT+corrupt" / "model.ckpt").write_bytes(b"nonsense")
    with pytest.raises(RuntimeError, match=r"(?s)CKPT\+corrupt.*Delete"):
        checkpointer.recover_if_possible()


def test_one_bit_that_has_changed_is_noticed(checkpointer, model, tmp_path):
    fill(model, 1.0)
    checkpointer.save_checkpoint(name="flipped")
    path = tmp_path / "CKPT+flipped" / "model.ckpt"
    data = path.read_bytes()
    one = struct.pack("<f", 1.0)
    assert one in data
    path.write_bytes(data.replace(one, struct.pack("<f", 1.0000001)))
    assert torch.load(path)["weight"][0, 0] != 1.0  # without a word
    with pytest.raises(RuntimeError, match=r"(?s)flipped.*model\.ckpt is not"):
        checkpointer.recover_if_possible()


@pytest.mark.parametrize(
    "text",
    [
        *(
            b"\xa3 yaml",
            b"",
            b"- a",
            b"{",
            b"files: 3: 4",
            b"a: 1",
            1100 * b"[",
        ),
        b"unixtime: x\nend-of-epoch: true",
        b"unixtime: 1.0\nend-of-epoch: true\nfiles: {}\nsha256: 0",
        b"unixtime: 1.0\nend-of-epoch: true\n3: {}\nsha256: 0",
    ],
)
def test_damaged_metadata_do_not_count(checkpointer, model, tmp_path, text):
    fill(model, 1.0)
    checkpointer.save_checkpoint(name="before")
    fill(model, 2.0)
    checkpointer.save_checkpoint(name="damaged")
    (tmp_path / "CKPT+damaged" / "CKPT.yaml").write_bytes(text)
    checkpointer.recover_if_possible()
    assert (model.weight == 1.0).all()
    checkpointer.save_checkpoint()
    assert (tmp_path / "CKPT+damaged" / "model.ckpt").exists()


def test_every_byte_of_the_metadata_counts(checkpointer, tmp_path):
    checkpointer.save_checkpoint(meta={"EER": 12.5}, name="a")
    path = tmp_path / "CKPT+a" / "CKPT.yaml"
    text = path.read_bytes()
    for place in range(len(text)):
        for damaged in (
            text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :],
            text[:place],
        ):
            path.write_bytes(damaged)
            found = checkpointer.recover_if_possible(min_key="EER")
            # White space may be other white space
            assert found is None or found.meta["EER"] == 12.5
            assert (tmp_path / "CKPT+a" / "model.ckpt").exists()


def test_speechbrains_own_checkpoints_count(tmp_path, model):
    fill(model, 1.0)
    own = Checkpointer(tmp_path, {"model": model}).save_checkpoint()
    fill(model, 2.0)
    checkpointer = AtomicCheckpointer(tmp_path, {"model": model})
    assert checkpointer.recover_if_possible().path == own.path
    assert (model.weight == 1.0).all()
    checkpointer.save_checkpoint()
    assert own.path.exists()


def test_the_next_run_clears_what_was_begun(checkpointer, tmp_path):
    (tmp_path / "CKPT+begun").mkdir()
    (tmp_path / "CKPT+begun" / "model.ckpt").write_bytes(b"half")
    (tmp_path / "CKPT+notes").mkdir()
    (tmp_path / "CKPT+notes" / "mine.txt").write_text("keep")
    checkpointer.recover_if_possible()
    assert os.listdir(tmp_path) == ["CKPT+notes"]


def test_a_full_disk_is_named_and_half_a_checkpoint_removed(
    checkpointer, monkeypatch, tmp_path
):
    def fail(model, path):
        path.write_bytes(b"half")
        raise RuntimeError("unexpected pos 64 vs 0")

    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setitem(checkpointer.custom_save_hooks, "model", fail)
    with pytest.raises(OSError, match=f"no space left.*{tmp_path}"):
        checkpointer.save_checkpoint()
    assert os.listdir(tmp_path) == []


ROWS = [{"ID": "a.wav", "duration": 1.0}]


@pytest.mark.parametrize(
    "text", [b"", bytes(95), b'{"recordings": 1}', b"[]", b"\xff\xfe", b"3"]
)
def test_a_damaged_note_of_the_recordings_is_named(tmp_path, text):
    (tmp_path / "CKPT+1").mkdir()
    note = tmp_path / "trained_on.json"
    note.write_bytes(text)
    with pytest.raises(ValueError, match=r"trained_on\.json: damaged"):
        check_same_recordings(tmp_path, ROWS)
    note.unlink()  # as the message says
    check_same_recordings(tmp_path, ROWS)
    with pytest.raises(ValueError, match="of other recordings"):
        check_same_recordings(tmp_path, ROWS * 2)


@pytest.mark.parametrize(
    "value",
    [{3: 1, "a": 2}, {None: 0, "b": [1, (2, 3)]}, {"c"}, float("nan")],
    ids=str,
)
def test_any_metadata_that_yaml_knows_count(checkpointer, tmp_path, value):
    checkpointer.save_checkpoint(meta={"k": value, "EER": 1.0}, name="a")
    found = checkpointer.recover_if_possible(min_key="EER")
    assert str(found.meta["k"]) == str(value).replace("(2, 3)", "[2, 3]")
    path = tmp_path / "CKPT+a" / "CKPT.yaml"
    path.write_text(path.read_text().replace("EER: 1.0", "EER: 1.5"))
    assert checkpointer.recover_if_possible(min_key="EER") is None


def test_what_former_versions_sealed_counts(checkpointer, tmp_path):
    checkpointer.save_checkpoint(meta={"EER": 1.0, "b": "c"}, name="a")
    path = tmp_path / "CKPT+a" / "CKPT.yaml"
    meta = yaml.safe_load(path.read_text())
    del meta["sha256"]
    text = json.dumps(meta, sort_keys=True)
    meta["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(yaml.safe_dump(meta))
    assert checkpointer.recover_if_possible(min_key="EER") is not None
