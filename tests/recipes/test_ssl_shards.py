"""From a corpus to shards, and from shards to an encoder."""

import json
from functools import partial

import pytest
import scripts
import torch
from processes import start
from speechbrain.utils.checkpoints import Checkpointer
from ssl_recipe import ROOT, TINY, run, run_in_two
from torch.distributed.elastic.utils.distributed import get_free_port

pytestmark = pytest.mark.usefixtures("pictures_are_left_out")

SCRIPT = ROOT / "recipes" / "ssl" / "shard.py"
PARTS = {"shards": "train", "valid_shards": "valid", "test_shards": "test"}


def shard(corpus, folder, **overrides):
    settings = {"corpus_options": TINY["corpus_options"]}
    settings |= {"valid_singers": 2, "test_singers": 2}
    settings |= {"data_folder": corpus, "output_folder": folder}
    settings |= {"shard_megabytes": 0.1} | overrides
    options = [f"--{name}={value}" for name, value in settings.items()]
    scripts.run(SCRIPT, [str(ROOT / "hparams" / "shard.yaml"), *options])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return tmp_path_factory.mktemp("corpus") / "synthetic"


@pytest.fixture(scope="module")
def shards(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shards")
    shard(corpus, folder)
    return folder


def patterns(shards):
    return {key: f"{shards}/{part}-*.tar" for key, part in PARTS.items()}


def test_says_what_each_shard_holds(shards):
    index = json.loads((shards / "shards.json").read_text())
    assert sorted(index) == sorted(path.name for path in shards.glob("*.tar"))
    for part in PARTS.values():
        own = [index[name] for name in index if name.startswith(part)]
        assert sum(shard["recordings"] for shard in own) == 4
        assert sum(shard["seconds"] for shard in own) == 8
    assert (shards / "skipped.csv").read_text() == "path,reason\n"


def test_done_again_it_changes_nothing(corpus, shards):
    before = {path: path.stat().st_mtime_ns for path in shards.glob("*.tar")}
    shard(corpus, shards)
    assert {p: p.stat().st_mtime_ns for p in shards.glob("*.tar")} == before


def test_a_folder_of_other_shards_is_not_taken_over(corpus, shards):
    with pytest.raises(ValueError, match=r"shard_megabytes is 5\.0 now, 0\.1"):
        shard(corpus, shards, shard_megabytes=5.0)


def test_trains_without_the_corpus(shards, tmp_path):
    settings = patterns(shards) | {"pairs": "singer", "epochs": 1}
    run("nowhere", tmp_path, "--debug", **settings)
    folder = tmp_path / "debug"
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["calibration"]["corpus"] == "shards"
    assert metrics["test"]["trained"]["singers"] == 2
    assert (folder / "encoder" / "encoder.safetensors").exists()


def parameters(folder):
    checkpoint = Checkpointer(folder / "save").find_checkpoint()
    return torch.load(checkpoint.path / "encoder.ckpt")


def test_goes_on_within_an_epoch(shards, tmp_path, monkeypatch):
    from speechbrain_singer.ssl.contrastive import ContrastiveBrain

    class KilledError(Exception):
        pass

    def die(self, *args):
        if self.epoch == 1 and self.step == 2:
            raise KilledError

    settings = patterns(shards) | {"hparams": "contrastive", "epochs": 1}
    flag = "--ckpt_interval_steps=1"
    run("nowhere", tmp_path / "whole", flag, **settings)
    with monkeypatch.context() as patch:
        patch.setattr(ContrastiveBrain, "on_fit_batch_end", die)
        with pytest.raises(KilledError):
            run("nowhere", tmp_path / "killed", flag, **settings)
    checkpoint = Checkpointer(tmp_path / "killed" / "save").find_checkpoint()
    assert checkpoint.meta["end-of-epoch"] is False
    # The shards may lie elsewhere by now
    (tmp_path / "moved").symlink_to(shards)
    settings |= patterns(tmp_path / "moved")
    run("nowhere", tmp_path / "killed", flag, **settings)
    expected = parameters(tmp_path / "whole")
    measured = parameters(tmp_path / "killed")
    for name, value in expected.items():
        assert torch.allclose(measured[name], value, atol=1e-6), name
    settings["shards"] = f"{shards}/train-000000.tar"
    with pytest.raises(ValueError, match="results of other recordings"):
        run("nowhere", tmp_path / "killed", flag, **settings)


def test_two_processes_without_held_out_shards(shards, tmp_path):
    overrides = {"shards": f"{shards}/train-*.tar", "num_workers": 1}
    work = partial(run_in_two, epochs=1, **overrides)
    start(
        *(work, get_free_port(), "nowhere", tmp_path, "contrastive"), number=2
    )
    metrics = json.loads((tmp_path / "debug" / "metrics.json").read_text())
    assert metrics["validation"]["epoch"] == 1 and "test" not in metrics
