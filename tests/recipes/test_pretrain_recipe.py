"""An encoder is pretrained as a user does it, at a tiny scale."""

import csv
import json
import shlex
import shutil

import numpy as np
import pytest
import scripts
import soundfile
import torch
from pretrain_recipe import ROOT, SCRIPT, TINY, run
from safetensors.torch import load_file
from sklearn.metrics import roc_curve
from speechbrain.utils.checkpoints import Checkpointer

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.reports.curves import read_history
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.supervised import person_store, real_voices
from speechbrain_singer.supervised.pretraining import PretrainingBrain
from speechbrain_singer.synthesis.persons import record_person

LIST = ROOT / "tests" / "recipes" / "pretraining.csv"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Where the persons are; the first run synthesises them."""
    return tmp_path_factory.mktemp("store") / "persons"


@pytest.fixture(scope="module")
def finished(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "results"
    run(store, folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def further_runs(finished, pictures_are_left_out):
    """Whose pictures nobody looks at."""


def weights(folder):
    return load_file(folder / "encoder" / "encoder.safetensors")


def history(folder):
    return read_history(folder / "history.jsonl")


def assert_same(folder, other):
    found, expected = weights(folder), weights(other)
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


def test_keeps_the_persons_in_blocks(store, finished):
    for seed in ("1", "2"):
        names = sorted(path.name for path in (store / seed).iterdir())
        assert names == ["block-00000.npy", "block-00001.npy", "voices.json"]
    block = np.load(store / "1" / "block-00000.npy")
    assert block.shape == (6, 80, 44)
    other = np.load(store / "2" / "block-00000.npy")
    assert not np.array_equal(block, other)


def test_the_store_and_the_front_end_have_the_same_settings():
    path = ROOT / "hparams" / "pretrain_cpu.yaml"
    changed = {"n_fft": 1024, "hop_length": 512, "n_mels": 40}
    flags = [f"--{name}={value}" for name, value in changed.items()]
    path, _, overrides = parse_arguments([str(path), *flags])
    data = load_settings(path, overrides)["data"]
    for name in (*changed, "sample_rate"):
        expected = changed.get(name, 44100)
        assert getattr(data["features"], name) == expected
        for store in ("train_store", "valid_store"):
            assert getattr(data[store].settings, name) == expected


@pytest.mark.usefixtures("noise")
def test_persons_can_be_synthesised_before(tmp_path, monkeypatch):
    script = SCRIPT.with_name("synthesise.py")
    run(tmp_path / "store", tmp_path / "results", script=script, persons=2)
    store = tmp_path / "store"
    made = {path.relative_to(store).as_posix() for path in store.glob("*/*")}
    assert made == {
        *("1/voices.json", "1/block-00000.npy"),
        *("2/voices.json", "2/block-00000.npy", "2/block-00001.npy"),
    }
    # Its output folder is free for the training
    monkeypatch.setattr(person_store, "several_processes", lambda: True)
    run(store, tmp_path / "results", persons=2, one_sex=0, epochs=1)


def test_leaves_a_log_and_curves(finished):
    for epoch, record in enumerate(history(finished), start=1):
        assert record["epoch"] == epoch
        assert set(record["train"]) == {"loss"}
        assert set(record["valid"]) == {
            *("loss", "EER", "EER_standardised", "EER_same_sex"),
        }
    for name in ("curves", "similarity", "tsne"):
        picture = finished / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")
    assert "valid EER" in (finished / "train_log.txt").read_text()


def equal_error(scores, same):
    """Of the two rates, where they are nearest, the mean in percent."""
    acceptance, detection, _ = roc_curve(same, scores)
    gap = np.abs(acceptance - 1 + detection)
    return 50 * (acceptance + 1 - detection)[gap.argmin()]


def test_hands_over_what_was_trained_last(finished):
    metrics = json.loads((finished / "metrics.json").read_text())
    assert metrics["before_whitening"]["epoch"] == 2
    assert metrics["calibration"]["singers"] == 4
    encoder = SingerEncoder.from_hparams(finished / "encoder")
    assert encoder.threshold == metrics["threshold"]
    assert encoder.dimension == 6
    # As whoever loads it would measure: of the waveforms
    wavs = torch.cat([record_person(2, i, 3, 1.0) for i in range(4)])
    vectors = encoder.encode_batch(wavs)[:, 0]
    singers = torch.arange(4).repeat_interleave(3)
    first, second = torch.triu_indices(12, 12, 1)
    scores = (vectors @ vectors.T)[first, second]
    rate = equal_error(scores, singers[first] == singers[second])
    expected = metrics["calibration"]["EER_percent"]
    assert rate == pytest.approx(expected, abs=4)  # steps of 1 / 54
    assert metrics["validation"]["EER"] == expected


def test_the_same_seed_gives_the_same_curve_and_weights(
    store, finished, tmp_path
):
    run(store, tmp_path)
    assert history(tmp_path) == history(finished)
    assert_same(tmp_path, finished)


def test_another_seed_gives_others(store, finished, tmp_path):
    run(store, tmp_path, seed=5, epochs=1)
    first, other = history(tmp_path)[0], history(finished)[0]
    assert first["train"]["loss"] != other["train"]["loss"]


def test_goes_on_within_an_epoch(store, finished, tmp_path, monkeypatch):
    """From a checkpoint after the second step of the second epoch."""

    class KilledError(Exception):
        pass

    on_fit_batch_end = PretrainingBrain.on_fit_batch_end

    def die(self, *args):
        on_fit_batch_end(self, *args)
        if self.epoch == 2 and self.step == 3:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(PretrainingBrain, "on_fit_batch_end", die)
        with pytest.raises(KilledError):
            run(store, tmp_path, "--ckpt_interval_steps=1")
    checkpoint = Checkpointer(tmp_path / "save").find_checkpoint()
    assert checkpoint.meta["end-of-epoch"] is False
    run(store, tmp_path, "--ckpt_interval_steps=1")
    assert_same(tmp_path, finished)
    assert history(tmp_path)[1]["valid"] == history(finished)[1]["valid"]


def test_blocks_that_are_there_are_taken(store, finished, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in store.glob("*/*")}
    run(store, tmp_path, epochs=1, persons=6)
    after = {path: path.stat().st_mtime_ns for path in store.glob("*/*")}
    new = store / "1" / "block-00002.npy"
    assert set(after) - set(before) == {new}
    assert before.items() <= after.items()
    new.unlink()


def test_persons_of_other_settings_are_refused(store, finished, tmp_path):
    with pytest.raises(ValueError, match="recordings is 2 now, 3 then"):
        run(store, tmp_path, recordings=2)


@pytest.fixture
def noise(monkeypatch):
    """Persons who are heard at once."""

    def record(seed, index, recordings, seconds, without):
        return torch.randn(recordings, int(44100 * seconds))

    monkeypatch.setattr(person_store, "record_person", record)


@pytest.fixture
def nobody(monkeypatch):
    """Fails where a person is synthesised."""

    def record(*args, **settings):
        raise AssertionError("a person was synthesised")

    monkeypatch.setattr(person_store, "record_person", record)


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"valid_persons_seed": 1}, "persons_seed"),
        ({"persons": 3}, "persons is 3: a multiple of 2"),
        ({"valid_persons": 5}, "persons is 5: a multiple of 2"),
        ({"batch_size": 1}, "persons of a step: 1"),
        ({"valid_batch_size": 1}, "valid_batch_size: 1"),
        ({"valid_batch_size": 3}, "valid_batch_size: 3: of 4 valid_persons"),
        ({"recordings": 1}, "recordings: 1"),
        ({"clip_frames": "[20, 45]"}, "frames of a clip: from 20 to 45"),
        ({"batch_size": 3}, "persons of a step: 3"),
    ],
)
@pytest.mark.usefixtures("nobody")
def test_what_cannot_be_is_refused_first(tmp_path, overrides, named):
    with pytest.raises(ValueError, match=named):
        run(tmp_path / "store", tmp_path / "results", **overrides)
    assert not (tmp_path / "store").exists()


@pytest.fixture
def real(tmp_path):
    """Settings of recordings of two singers, two songs of each."""
    rng = np.random.default_rng(0)
    for singer in "ab":
        (tmp_path / "real" / singer).mkdir(parents=True)
        for song in range(2):
            path = tmp_path / "real" / singer / f"{singer}{song}.wav"
            soundfile.write(path, rng.normal(size=44100) / 9, 44100)
    return {
        "real_corpus": "folder",
        "real_data_folder": tmp_path / "real",
        "real_interval": 2,
    }


@pytest.mark.usefixtures("nobody")
def test_an_interval_that_cannot_be_is_refused_first(tmp_path, real):
    real["real_interval"] = 0
    with pytest.raises(ValueError, match="real_interval: 0"):
        run(tmp_path / "store", tmp_path / "results", **real)


def test_listens_to_real_recordings_and_learns_nothing_of_them(
    store, finished, tmp_path, real, monkeypatch
):
    heard = []
    embed = real_voices.embed_recordings

    def count(encoder, rows, *args):
        heard.append(len(rows))
        return embed(encoder, rows, *args)

    monkeypatch.setattr(real_voices, "embed_recordings", count)
    run(store, tmp_path / "results", **real)
    assert heard == [4, 4]  # after the second epoch, and what is handed over
    assert_same(tmp_path / "results", finished)
    first, last = history(tmp_path / "results")
    figures = {"real_EER", "real_EER_standardised"}
    assert not figures & set(first["valid"])
    assert figures <= set(last["valid"])
    metrics = json.loads((tmp_path / "results/metrics.json").read_text())
    assert set(metrics["real"]) == figures
    encoder = SingerEncoder.from_hparams(tmp_path / "results" / "encoder")
    wavs = sorted(real["real_data_folder"].glob("*/*.wav"))
    vectors = encoder.encode_files(wavs)
    first, second = torch.triu_indices(4, 4, 1)
    scores = (vectors @ vectors.T)[first, second]
    same = first // 2 == second // 2
    expected = equal_error(scores, same)
    assert metrics["real"]["real_EER"] == pytest.approx(expected, abs=13)


def test_listens_to_some_singers(store, tmp_path, real, monkeypatch):
    for old, new in (("a", "08"), ("b", "09"), ("c", "10")):
        folder = real["real_data_folder"] / old
        if old == "c":
            shutil.copytree(real["real_data_folder"] / "08", folder)
        folder.rename(folder.with_name(new))
    heard = set()

    def embed(encoder, rows, *args):
        heard.update(row["singer"] for row in rows)
        return torch.eye(len(rows)), rows

    monkeypatch.setattr(real_voices, "embed_recordings", embed)
    settings = real | {"real_singers": "[08, 10]", "real_interval": 1}
    run(store, tmp_path / "results", epochs=1, **settings)
    assert heard == {"08", "10"}


def test_real_recordings_that_are_gone_do_not_end_a_training(
    store, finished, tmp_path, real, monkeypatch
):
    on_fit_start = PretrainingBrain.on_fit_start

    def lose(self):
        on_fit_start(self)
        for path in real["real_data_folder"].glob("*/*.wav"):
            path.unlink()

    monkeypatch.setattr(PretrainingBrain, "on_fit_start", lose)
    run(store, tmp_path / "results", **real)
    assert_same(tmp_path / "results", finished)
    log = (tmp_path / "results/log.txt").read_text()
    assert "no figures of real recordings: none of 4 files" in log
    metrics = json.loads((tmp_path / "results/metrics.json").read_text())
    assert metrics["real"] == {}
    assert metrics["before_whitening"]["epoch"] == 2


def test_mixed_precision_trains(store, tmp_path):
    run(store, tmp_path, "--precision=bf16", epochs=1)
    assert np.isfinite(history(tmp_path)[0]["train"]["loss"])


@pytest.mark.parametrize("row", list(csv.DictReader(LIST.open(newline=""))))
def test_rows_of_the_list_run(row, store, tmp_path):
    flags = shlex.split(row["test_debug_flags"])
    folders = f"--output_folder={tmp_path}", f"--store_folder={store}"
    scripts.run(SCRIPT, [str(ROOT / row["Hparam_file"]), *flags, *folders])
    names = row["test_debug_checks"].removeprefix("file_exists=[")[:-1]
    for name in names.split(","):
        assert (tmp_path / "debug" / name).is_file(), name


def test_the_list_is_of_the_tiny_scale():
    """So that its rows take the persons that are there."""
    for row in csv.DictReader(LIST.open(newline="")):
        flags = dict(
            flag[2:].split("=", 1)
            for flag in shlex.split(row["test_debug_flags"])
            if "=" in flag
        )
        for name in ("persons", "block", "recordings", "seconds"):
            assert float(flags[name]) == TINY[name]
