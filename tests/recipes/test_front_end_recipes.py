"""Front ends on chunks, frozen and tuned, and what they are compared with."""

import csv
import json
import subprocess
from pathlib import Path

import pytest
import scripts
from supervised_recipe import ROOT, SCRIPT, figures

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.lobes import oblong_cnn

COMPARE = SCRIPT.with_name("compare.py")
CORPUS = {
    "corpus_options": "{singers: 4, songs_per_singer: 4, seconds: 1.2, "
    "techniques: [straight, breathy]}",
    "chunk_seconds": 0.5,
    "test_singers": 1,
}
TINY = {
    "front_end": "random",
    "frozen_epochs": 2,
    "tuned_epochs": 1,
    "batch_size": 4,
    "num_workers": 0,
}


def run(hparams, folder, *flags, **overrides):
    """Trains in this process; `folder` holds what it needs and what it gives.

    Returns
    -------
    output_folder : Path
    """
    settings = CORPUS | {
        "data_folder": folder / "corpus",
        "cache_folder": folder / "cache",
        "output_folder": folder / hparams,
        **overrides,
    }
    options = [
        f"--{name}={value}"
        for name, value in settings.items()
        if value is not None
    ]
    path = str(ROOT / "hparams" / f"{hparams}.yaml")
    flags = ["--device=cpu", "--noprogressbar", *flags]
    scripts.run(SCRIPT, [path, *options, *flags])
    return Path(settings["output_folder"])


def lines_of(folder):
    with (folder / "table.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("front_ends")
    run("front_end_technique", folder, **TINY)
    return folder


@pytest.fixture(scope="module", autouse=True)
def further_runs(folder, pictures_are_left_out):
    """Whose pictures nobody looks at."""


def test_both_stages_are_measured_by_chunk_and_recording(folder):
    results = folder / "front_end_technique"
    fold = figures(results / "by_singer" / "fold_0")
    assert fold["epochs_asked"] == [2, 1]
    assert fold["names"] == ["breathy", "straight"]
    # A recording of 1.2 s has two chunks of 0.5 s; of 12, 40 % validate
    assert fold["recordings"] == {"train": 7, "valid": 5, "test": 4}
    assert fold["windows"] == {"train": 14, "valid": 10, "test": 8}
    losses = {name: own["loss"] for name, own in fold["stages"].items()}
    assert list(losses) == ["frozen", "tuned"]
    assert fold["exported"] == min(losses, key=losses.get)
    for stage in fold["stages"].values():
        assert sum(stage["layer_weights"]) == pytest.approx(1)
        for of, count in (("window", 8), ("recording", 4)):
            right = stage["figures"][of]["accuracy"] * count / 100
            assert right == pytest.approx(round(right))
            assert {"balanced_accuracy", "macro_f1"} < set(stage["figures"][of])
        assert sum(map(sum, stage["confusion"])) == 8
    assert fold["test"] == fold["stages"][fold["exported"]]["test"]
    with (results / "by_singer/fold_0/predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    right = sum(row["technique"] == row["predicted"] for row in rows)
    assert fold["test"]["recording"] == pytest.approx(100 * right / 4)


def test_random_weights_are_called_that(folder):
    results = folder / "front_end_technique"
    assert [(x["stage"], x["of"]) for x in lines_of(results)] == [
        *(("frozen", "chunks"), ("frozen", "recordings")),
        *(("tuned", "chunks"), ("tuned", "recordings")),
    ]
    assert "random weights" in (results / "table.md").read_text()
    page = (results / "report.html").read_text()
    assert "which technique? random weights" in page
    for name in ("layer_weights.png", "confusion.png"):
        assert (results / name).stat().st_size > 0


def test_the_technique_of_a_file(folder):
    results = folder / "front_end_technique"
    encoder = SingerEncoder.from_hparams(results / "by_singer/fold_0/encoder")
    path = next((folder / "corpus").glob("*/*.wav"))
    guess = encoder.classify_file(path)
    assert guess.text_lab[0] in ("breathy", "straight")
    assert guess.out_prob.sum().item() == pytest.approx(1)


def test_cached_features_change_nothing_but_the_last_digits(folder):
    once = figures(folder / "front_end_technique" / "by_singer" / "fold_0")
    options = TINY | {"cache_features": False, "tuned_epochs": 0}
    output = folder / "each_epoch"
    run("front_end_technique", folder, **options, output_folder=output)
    each = figures(output / "by_singer" / "fold_0")
    assert list(each["stages"]) == ["frozen"]
    frozen = once["stages"]["frozen"]
    assert each["stages"]["frozen"]["loss"] == pytest.approx(
        frozen["loss"], abs=1e-3
    )
    assert each["stages"]["frozen"]["layer_weights"] == pytest.approx(
        frozen["layer_weights"], abs=1e-3
    )


def test_what_is_done_is_not_done_again(folder):
    results = folder / "front_end_technique"
    metrics = results / "by_singer" / "fold_0" / "metrics.json"
    before = metrics.stat().st_mtime_ns
    (results / "report.html").unlink()
    run("front_end_technique", folder, **TINY)
    assert metrics.stat().st_mtime_ns == before
    assert (results / "report.html").is_file()


def test_a_sweep_has_front_ends_and_baselines_in_one_table(
    folder, tmp_path, monkeypatch
):
    def in_this_process(command, **options):
        scripts.run(Path(command[1]), command[2:])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", in_this_process)
    monkeypatch.chdir(ROOT)
    changes = CORPUS | {"data_folder": folder / "corpus"}
    texts = [f"{key}: {value}" for key, value in changes.items()]
    own = {key: value for key, value in TINY.items() if key != "front_end"}
    own |= {"frozen_epochs": 1, "cache_folder": str(folder / "cache")}
    lines = {
        **dict.fromkeys(["GE2E", "1D CNN", "oblong CNN"]),
        "random": {"front_end": "random", **own},
    }
    options = {
        "changes": f"{{{', '.join(texts)}}}",
        "lines": json.dumps(lines),
        "output_folder": tmp_path,
    }
    given = [f"--{key}={value}" for key, value in options.items()]
    path = str(ROOT / "hparams" / "compare_front_ends_technique.yaml")
    scripts.run(COMPARE, [path, *given, "--device=cpu"])
    assert [
        (line["network"], line["stage"]) for line in lines_of(tmp_path)
    ] == [
        *[("random (random weights)", stage) for stage in ("frozen",) * 2],
        *[("random (random weights)", stage) for stage in ("tuned",) * 2],
        *[("MFCC", "probe")] * 2,
    ]
    for name in ("layer_weights.png", "curves.png"):
        assert (tmp_path / name).stat().st_size > 0


def test_a_few_steps_of_debug_are_no_results(folder, tmp_path):
    results = tmp_path / "results"
    options = TINY | {"output_folder": results}
    run("front_end_technique", folder, "--debug", **options)
    own = results / "by_singer" / "fold_0"
    assert (own / "debug" / "encoder" / "encoder.safetensors").exists()
    assert not (own / "metrics.json").exists()
    assert not (own / "encoder").exists()


@pytest.mark.parametrize(
    "name", ["crnn_singer", "technique_cnn", "technique_oblong_cnn"]
)
def test_networks_that_front_ends_are_compared_with(
    name, tmp_path, monkeypatch
):
    """A few steps; the oblong one is narrower, its chunks are the shortest."""
    monkeypatch.setattr(oblong_cnn, "_CHANNELS", (4, 4, 8, 8))
    options = {"batch_size": 2, "num_workers": 0, "chunk_seconds": 1.5}
    corpus, results = "songs_per_singer: 3", "by_singer/fold_0/debug"
    techniques = ", techniques: [straight, breathy]"
    if name == "crnn_singer":
        options |= {"fold": 0, "folds": 3, "test_singers": None}
        corpus, results = "songs: 3", "by_recording/fold_0/debug"
        techniques = ""
    corpus = f"{{singers: 3, {corpus}, seconds: 1.6{techniques}}}"
    options |= {"corpus_options": corpus}
    folder = run(name, tmp_path, "--debug", **options) / results
    encoder = SingerEncoder.from_hparams(folder / "encoder")
    assert len(encoder.names) == (2 if techniques else 3)
    assert (encoder.names == ["breathy", "straight"]) == bool(techniques)
    path = next((tmp_path / "corpus").glob("*/*.wav"))
    guess = encoder.classify_file(path)
    assert guess.out_prob.sum().item() == pytest.approx(1.0, abs=1e-5)
    assert guess.text_lab[0] in encoder.names
