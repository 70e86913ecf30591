"""The recipe of notes as a user runs it, at a tiny scale."""

import csv
import json
from pathlib import Path

import mido
import numpy as np
import pytest
import scripts
import soundfile

from speechbrain_singer.dataio.notes import read_notes
from speechbrain_singer.inference.transcriber import SingingTranscriber
from speechbrain_singer.metrics.notes import evaluate
from speechbrain_singer.settings import (
    flat_settings,
    load_settings,
    parse_arguments,
)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "recipes" / "transcription"
TINY = {
    "batch_size": 4,
    "num_workers": 0,
    "chunk_seconds": 0.5,
    "valid_singers": 2,
    "test_singers": 2,
    "corpus_options": "{singers: 6, songs: 1, seconds: 1.5}",
}
EPOCHS = {
    "note_cnn": {"epochs": 1},
    "front_end_notes": {
        **{"front_end": "random", "frozen_epochs": 1, "tuned_epochs": 1}
    },
}

pytestmark = pytest.mark.usefixtures("nothing_is_drawn")


def run(hparams, folder, flags=(), **overrides):
    """Trains in this process; the folder of the results."""
    settings = TINY | EPOCHS[hparams]
    settings |= {
        "data_folder": folder / "corpus",
        "cache_folder": folder / "cache",
        "output_folder": folder / hparams,
    }
    settings |= overrides
    options = [f"--{name}={value}" for name, value in settings.items()]
    path = str(ROOT / "hparams" / f"{hparams}.yaml")
    command = [path, *options, "--device=cpu", "--noprogressbar"]
    scripts.run(FOLDER / "train.py", [*command, *flags])
    return Path(settings["output_folder"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module")
def trained(folder):
    return run("note_cnn", folder)


def figures(results):
    return json.loads((results / "metrics.json").read_text())


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_folder_keeps_what_was_run(trained):
    kept = (trained / "train.py").read_bytes()
    assert kept == (FOLDER / "train.py").read_bytes()
    assert (trained / "hyperparams.yaml").is_file()
    assert "Beginning experiment!" in (trained / "log.txt").read_text()


def test_singers_and_songs_of_the_test_are_not_trained_on(trained):
    found = figures(trained)
    parts = {
        part: rows_of(trained / "manifest" / f"{part}.csv")
        for part in ("train", "valid", "test")
    }
    tested = {row["singer"] for row in parts["test"]}
    assert not tested & {row["singer"] for row in parts["train"]}
    songs = {row["song"] for p in ("valid", "test") for row in parts[p]}
    own = [row for row in parts["train"] if row["song"] not in songs]
    assert found["recordings"]["train"] == len(own)
    assert found["recordings"]["test"] == len(parts["test"]) == 2
    assert (found["frame_rate"], found["first_frame"]) == (50.0, 0.0)


def test_figures_are_those_of_the_exported_transcriber(folder, trained):
    transcriber = SingingTranscriber.from_hparams(trained / "transcriber")
    assert transcriber.sample_rate == 22050
    every = []
    for row in rows_of(trained / "songs.csv"):
        name = f"{row['ID']}.csv"
        notes = transcriber.transcribe_file(folder / "corpus" / row["ID"])
        written = read_notes(trained / "notes" / name)
        np.testing.assert_allclose(notes, written, atol=1e-4)
        reference = read_notes(trained / "manifest" / "notes" / name)
        assert (int(row["notes"]), int(row["estimated"])) == (
            *(len(reference), len(notes)),
        )
        every.append(evaluate(notes, reference))
        assert float(row["COn_f1"]) == pytest.approx(
            every[-1]["COn_f1"], abs=1e-4
        )
    test = figures(trained)["stages"]["trained"]["test"]
    for name, value in test.items():
        mean = np.mean([own[name] for own in every])
        assert value == pytest.approx(mean), name
    assert 0 < test["COn_recall"] <= 1


def test_what_is_done_is_not_done_again(folder, trained):
    metrics = trained / "metrics.json"
    before = metrics.stat().st_mtime_ns
    run("note_cnn", folder)
    assert metrics.stat().st_mtime_ns == before


def test_a_few_steps_of_debug_are_no_run(folder, trained):
    files = [trained / "metrics.json", trained / "transcriber"]
    before = [path.stat().st_mtime_ns for path in files]
    run("note_cnn", folder, flags=["--debug"])
    assert [path.stat().st_mtime_ns for path in files] == before
    assert figures(trained / "debug")["exported"] == "trained"


def test_a_front_end_is_frozen_and_then_trained(folder):
    # At such a rate the second stage does harm
    rate = {"tuned_lr": 0.3}
    results = run("front_end_notes", folder, **rate)
    found = figures(results)
    assert list(found["stages"]) == ["frozen", "tuned"]
    weights = [s["layer_weights"] for s in found["stages"].values()]
    assert weights[0] != weights[1]
    assert sum(weights[1]) == pytest.approx(1)
    assert found["settings"]["network"] == "random"
    loaded = [
        SingingTranscriber.from_hparams(results / path / "transcriber")
        for path in ("", "frozen", "tuned")
    ]
    assert [each.sample_rate for each in loaded] == [16000] * 3
    losses = [stage["loss"] for stage in found["stages"].values()]
    assert losses[0] < losses[1]
    assert found["exported"] == "frozen"
    assert loaded[0].sha256 == loaded[1].sha256 != loaded[2].sha256
    page = (results / "report.html").read_text()
    assert "the stage frozen, whose validation loss is the lowest" in page
    row = rows_of(results / "songs.csv")[0]
    notes = loaded[1].transcribe_file(folder / "corpus" / row["ID"])
    assert len(notes) == int(row["estimated"])
    assert (results / "layer_weights.png").is_file()
    assert "random weights" in page
    table = (results / "table.md").read_text()
    assert table.count("| frozen |") == table.count("| tuned |") == 2
    # As if the run had been killed before it was told what it found
    (results / "metrics.json").unlink()
    logs = [results / s / "history.jsonl" for s in ("frozen", "tuned")]
    before = [log.read_bytes() for log in logs]
    run("front_end_notes", folder, **rate)
    assert figures(results) == found
    assert [log.read_bytes() for log in logs] == before


def test_files_in_csv_and_midi_out(folder, trained, capsys):
    source = next((folder / "corpus").glob("*/*.wav"))
    (folder / "silent").mkdir()
    silent = folder / "silent" / "silence.wav"
    soundfile.write(silent, np.zeros(44100), 44100)
    command = [trained / "transcriber", source, silent, folder / "none.wav"]
    command += ["--output_folder", folder / "out", "--noprogressbar"]
    scripts.run(FOLDER / "transcribe.py", list(map(str, command)))
    assert "notes of 2 files" in capsys.readouterr().out
    assert len(read_notes(folder / "out" / "silence.csv")) == 0
    notes = read_notes(folder / "out" / f"{source.stem}.csv")
    messages = mido.MidiFile(folder / "out" / f"{source.stem}.mid")
    assert sum(m.type == "note_on" for m in messages) == len(notes)
    command.insert(1, folder / "another" / source.name)
    with pytest.raises(ValueError, match="1 names stand there twice"):
        scripts.run(FOLDER / "transcribe.py", list(map(str, command)))


def test_each_line_of_the_comparison_changes_settings(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    path = str(ROOT / "hparams" / "compare_notes.yaml")
    hparams = load_settings(path, {})
    script = scripts.load(ROOT / "recipes" / "supervised" / "compare.py")
    networks = []
    for line in hparams["lines"].values():
        command = script.training(hparams, line, tmp_path, 1)
        assert command[1] == "recipes/transcription/train.py"
        # An unknown setting raises
        file, _, overrides = parse_arguments(command[2:])
        settings = flat_settings(file, overrides)
        networks.append(settings.get("front_end", settings["network"]))
    assert networks == ["ge2e", "random", "cnn"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("hparams/note_cnn.yaml", "results/note_cnn/7"),
        ("hparams/front_end_notes.yaml", "results/front_end_notes/random/7"),
        (
            "recipes/M4Singer/hparams/front_end_notes.yaml",
            "results/m4singer/front_end_notes/random/7",
        ),
    ],
)
def test_results_lie_by_network_and_seed(path, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = [str(ROOT / path), "--seed=7", "--data_folder=x"]
    if "front_end" in path:
        command.append("--front_end=random")
    file, _, overrides = parse_arguments(command)
    hparams = load_settings(file, overrides)
    assert hparams["output_folder"] == expected
    manifests = hparams["data"]["prepared"].manifests
    assert manifests.train == f"{expected}/manifest/train.csv"
