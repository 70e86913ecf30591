"""The main job as a user runs it, at a tiny scale."""

import json
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from processes import SERVER, start
from safetensors.torch import load_file
from speechbrain.utils.checkpoints import Checkpointer
from ssl_recipe import history, run, run_apart, run_in_two
from torch.distributed.elastic.utils.distributed import get_free_port

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.inference.encoder import SingerEncoder

# Beside the loss, of training and validation
MONITORS = {
    *("alignment", "uniformity", "deviation", "effective_rank"),
    *("positive_similarity", "negative_similarity"),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Where the embedded corpus is; the first run makes it."""
    return tmp_path_factory.mktemp("corpus") / "synthetic"


@pytest.fixture(scope="module")
def finished(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "results"
    run(corpus, folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def further_runs(finished, pictures_are_left_out):
    """Whose pictures nobody looks at."""


def test_leaves_figures_and_pictures(finished):
    metrics = json.loads((finished / "metrics.json").read_text())
    assert set(metrics["test"]) == {"trained", "untrained", "mfcc_statistics"}
    for report in metrics["test"].values():
        assert report["singers"] == 2
        assert 0 <= report["all_pairs"]["EER"] <= 100
    assert metrics["calibration"]["singers"] == 2
    for name in ("curves.png", "similarity.png", "tsne.png"):
        assert (finished / name).read_bytes().startswith(b"\x89PNG")


def test_logs_each_epoch(finished):
    records = history(finished)
    assert [record["epoch"] for record in records] == [1, 2]
    assert set(records[0]["train"]) == {"loss", *MONITORS}
    of_singers = {"EER", "MNR", "knn_accuracy", "linear_accuracy"}
    assert set(records[0]["valid"]) == {"loss", *of_singers, *MONITORS}
    log = (finished / "train_log.txt").read_text()
    for name in of_singers:
        assert f"valid {name}" in log


def test_the_best_epoch_is_handed_over(finished):
    metrics = json.loads((finished / "metrics.json").read_text())
    rates = {r["epoch"]: r["valid"]["EER"] for r in history(finished)}
    best = metrics["validation"]
    assert best["EER"] == rates[best["epoch"]] == min(rates.values())
    checkpoint = Checkpointer(finished / "save").find_checkpoint(min_key="EER")
    saved = torch.load(checkpoint.path / "encoder.ckpt")
    exported = load_file(finished / "encoder" / "encoder.safetensors")
    for name, value in exported.items():
        assert torch.equal(saved[name], value), name


def test_hands_over_an_encoder(finished, corpus, tmp_path):
    moved = tmp_path / "moved"
    (finished / "encoder").rename(moved)
    try:
        assert not any(path.is_symlink() for path in moved.iterdir())
        encoder = SingerEncoder.from_hparams(moved, run_opts={"device": "cpu"})
    finally:
        moved.rename(finished / "encoder")
    paths = sorted(corpus.glob("*/*.wav"))[:2]
    assert encoder.encode_file(paths[0]).shape == (1000,)
    score, same_singer = encoder.verify_files(*paths)
    assert same_singer == (score > encoder.threshold)


def parameters(folder):
    """Of the last checkpoint, all modules."""
    checkpoint = Checkpointer(folder / "save").find_checkpoint()
    return {
        (path.name, name): value
        for path in sorted(checkpoint.path.glob("*.ckpt"))
        if path.stem not in ("counter", "brain")
        and not path.stem.endswith("optimizer")
        for name, value in torch.load(path).items()
    }


def saved_after_an_epoch(folder):
    record = folder / "history.jsonl"
    try:
        logged = record.stat().st_mtime
        checkpoint = Checkpointer(folder / "save").find_checkpoint()
        return checkpoint.meta["unixtime"] > logged
    except (AttributeError, FileNotFoundError):  # none yet, or just deleted
        return False


def test_a_killed_run_ends_as_if_it_had_not_been(corpus, finished, tmp_path):
    folder = tmp_path / "killed"
    process = SERVER.Process(
        target=run_apart, args=(corpus, folder, "--ckpt_interval_steps=1")
    )
    process.start()
    # Killed in the second epoch, after the first one's checkpoint
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.is_alive():
        if saved_after_an_epoch(folder):
            break
        time.sleep(0.05)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(history(folder)) == 1
    run(corpus, folder, "--ckpt_interval_steps=1")
    assert [record["epoch"] for record in history(folder)] == [1, 2]
    expected, measured = parameters(finished), parameters(folder)
    assert set(measured) == set(expected)
    for name, value in expected.items():
        assert torch.allclose(measured[name], value, atol=1e-6), name


@pytest.fixture(scope="module")
def finished_by_dino(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dino") / "results"
    run(corpus, folder, hparams="dino", koleo=0.1)
    return folder


def test_byol_goes_on_within_an_epoch(corpus, finished, tmp_path, monkeypatch):
    goes_on(corpus, finished, tmp_path, monkeypatch, hparams="byol")


def test_dino_goes_on_within_an_epoch(
    corpus, finished_by_dino, tmp_path, monkeypatch
):
    """Its centre too; the prototypes have just begun to move."""
    names = {name for _, name in parameters(finished_by_dino)}
    assert "centre" in names
    options = {"hparams": "dino", "koleo": 0.1}
    goes_on(corpus, finished_by_dino, tmp_path, monkeypatch, **options)


def goes_on(corpus, finished, tmp_path, monkeypatch, **options):
    """From a checkpoint after the first step of the second epoch."""
    from speechbrain_singer.ssl.momentum_brain import MomentumBrain

    class KilledError(Exception):
        pass

    on_fit_batch_end = MomentumBrain.on_fit_batch_end

    def die(self, *args):
        on_fit_batch_end(self, *args)
        if self.epoch == 2 and self.step == 2:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(MomentumBrain, "on_fit_batch_end", die)
        with pytest.raises(KilledError):
            run(corpus, tmp_path, "--ckpt_interval_steps=1", **options)
    checkpoint = Checkpointer(tmp_path / "save").find_checkpoint()
    assert checkpoint.meta["end-of-epoch"] is False
    run(corpus, tmp_path, "--ckpt_interval_steps=1", **options)
    expected, measured = parameters(finished), parameters(tmp_path)
    assert set(measured) == set(expected)
    for name, value in expected.items():
        assert torch.allclose(measured[name], value, atol=1e-6), name
    measured, expected = history(tmp_path)[1], history(finished)[1]
    assert measured["valid"] == pytest.approx(
        expected["valid"], rel=1e-3, abs=1e-4
    )
    # The monitors of training are those of the steps since the restart
    assert measured["train"]["loss"] == pytest.approx(
        expected["train"]["loss"], rel=1e-3
    )


def test_mixed_precision_and_accumulation(corpus, tmp_path):
    flags = ("--precision=bf16", "--grad_accumulation_factor=2", "--debug")
    run(corpus, tmp_path, *flags)
    assert len(history(tmp_path / "debug")) == 2
    # Debugging leaves no checkpoints behind
    assert not list((tmp_path / "save").glob("CKPT*"))


@pytest.mark.parametrize("name", ["byol", "dino"])
def test_two_processes(corpus, tmp_path, name):
    start(run_in_two, get_free_port(), corpus, tmp_path, name, number=2)
    log = (tmp_path / "log.txt").read_text()
    assert "not synchronised between processes" in log
    assert (tmp_path / "debug" / "encoder" / "encoder.safetensors").exists()


def test_a_flat_folder_without_singers(tmp_path):
    vocals = tmp_path / "vocals"
    vocals.mkdir()
    rng = np.random.default_rng(0)
    for name in "abcdefgh":
        soundfile.write(
            vocals / f"{name}.wav", rng.uniform(-0.3, 0.3, 44100), 44100
        )
    settings = {"corpus": "folder", "corpus_options": "{}"}
    settings |= {"valid_singers": 0.25, "test_singers": 0}
    run(vocals, tmp_path / "out", "--debug", **settings)
    valid = history(tmp_path / "out" / "debug")[-1]["valid"]
    assert "loss" in valid and "EER" not in valid
    encoder = SingerEncoder.from_hparams(
        tmp_path / "out" / "debug" / "encoder", run_opts={"device": "cpu"}
    )
    assert encoder.threshold is None


def test_without_validation_the_last_checkpoint_is_kept(corpus, tmp_path):
    # A run that goes on after its first epoch does the second one whole
    for epochs in (1, 2):
        run(corpus, tmp_path, valid_singers=0, epochs=epochs)
        records = history(tmp_path)
        assert [record["epoch"] for record in records] == [1, 2][:epochs]
        assert records[-1]["train"]["loss"] > 0
        assert records[-1]["valid"] is None
        metrics = json.loads((tmp_path / "metrics.json").read_text())
        assert metrics["validation"]["epoch"] == epochs


def test_debugging_leaves_a_finished_run_alone(corpus, finished):
    before = (finished / "metrics.json").read_bytes()
    run(corpus, finished, "--debug")
    assert (finished / "metrics.json").read_bytes() == before
    assert [record["epoch"] for record in history(finished)] == [1, 2]
    assert (finished / "debug" / "metrics.json").exists()


def test_accumulation_over_more_than_an_epoch_is_refused(corpus, tmp_path):
    with pytest.raises(ValueError, match="an epoch has 3 batches"):
        run(corpus, tmp_path, "--grad_accumulation_factor=4")


def test_the_predictor_learns_at_a_rate_of_its_own(
    corpus, tmp_path, monkeypatch
):
    from speechbrain_singer.ssl.byol import BYOLBrain

    rates = []
    on_fit_batch_end = BYOLBrain.on_fit_batch_end

    def record(self, *args):
        (rest,) = self.optimizer.param_groups
        (predictor,) = self.optimizers_dict["predictor_optimizer"].param_groups
        own = list(self.modules.predictor.parameters())
        assert [id(p) for p in predictor["params"]] == [id(p) for p in own]
        named = {id(p) for p in rest["params"]}
        assert named.isdisjoint(map(id, own))
        assert named > {id(p) for p in self.modules.encoder.parameters()}
        rates.append((rest["lr"], predictor["lr"]))
        on_fit_batch_end(self, *args)

    monkeypatch.setattr(BYOLBrain, "on_fit_batch_end", record)
    run(corpus, tmp_path, "--debug", lr=0.002, predictor_lr_scale=5.0)
    # After the first of the three steps of the warm-up
    assert rates[0] == pytest.approx((0.002 / 3, 0.01 / 3))


def test_a_misspelt_override_is_named(corpus, tmp_path):
    with pytest.raises(ValueError, match=r"'bach_size'; did you mean 'batch"):
        run(corpus, tmp_path, bach_size=3)


def test_an_output_folder_that_cannot_be_written_to(corpus, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"file/out/save: cannot write there"):
        run(corpus, tmp_path / "file" / "out")


def test_a_corrupt_checkpoint_is_named(corpus, finished, tmp_path):
    folder = tmp_path / "copy"
    subprocess.run(["cp", "-r", finished, folder], check=True)
    checkpoint = Checkpointer(folder / "save").find_checkpoint()
    (checkpoint.path / "target.ckpt").write_bytes(b"nonsense")
    with pytest.raises(
        RuntimeError, match=checkpoint.path.name.replace("+", r"\+")
    ):
        run(corpus, folder)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"valid_singers": 1}, "valid_singers is 1 now, 2 then"),
        ({"clip_seconds": 0.5}, "clip_seconds is 0.5 now, 0.4 then"),
        ({"pairs": "singer"}, "pairs is singer now, recording then"),
        ({"hparams": "vicreg"}, "replaced: .* more; name another output_fol"),
    ],
)
def test_a_run_with_other_settings_is_not_taken_over(
    corpus, finished, settings, said
):
    before = (finished / "hyperparams.yaml").read_text()
    with pytest.raises(ValueError, match=said):
        run(corpus, finished, **settings)
    assert (finished / "hyperparams.yaml").read_text() == before


def test_a_run_without_an_epoch_is_refused(corpus, tmp_path):
    with pytest.raises(ValueError, match="epochs: 0: must be"):
        run(corpus, tmp_path / "out", epochs=0)


def test_fewer_epochs_than_are_done_are_refused(corpus, finished):
    with pytest.raises(ValueError, match=r"epochs is 1, .* 2 behind it"):
        run(corpus, finished, epochs=1)


def test_the_manifest_of_the_run_is_the_corpus_own(finished, corpus):
    """The corpus on its own gives the same split as the recipe did."""
    options = {"singers": 6, "songs_per_singer": 2, "seconds": 2.0}
    again = Corpus(
        "synthetic", corpus, finished / "again", options, Split(2, 2)
    )
    paths = again.prepare()
    again = Path(paths.test).read_text()
    assert again == (finished / "manifest" / "test.csv").read_text()
