"""A sweep: what it trains, what it passes over, and its table."""

import csv
import subprocess
from pathlib import Path

import pytest
import scripts
from supervised_recipe import FOLDS, ROOT, SIAMESE, TINY

from speechbrain_singer.settings import (
    flat_settings,
    load_settings,
    parse_arguments,
)

SCRIPT = ROOT / "recipes" / "supervised" / "compare.py"


@pytest.fixture
def trained(monkeypatch):
    """Commands that were run, in this process: imports take long."""
    commands = []

    def run(command, **options):
        commands.append(command)
        try:
            scripts.run(Path(command[1]), command[2:])
        except Exception as error:
            text = f"Traceback ...\n{error}\n"
            return subprocess.CompletedProcess(command, 1, "", text)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def compare(folder, name, lines, **changes):
    settings = {"data_folder": folder / "corpus", "cache_folder": folder / "c"}
    texts = [f"{k}: {v}" for k, v in (TINY | settings | changes).items()]
    options = {
        "hparams_file": ROOT / "hparams" / f"{name}.yaml",
        "changes": f"{{{', '.join(texts)}}}",
        "lines": lines,
        "output_folder": folder / "sweep",
    }
    hparams = (
        "compare_singer_cnn" if name == "singer_cnn" else "compare_siamese"
    )
    path = str(ROOT / "hparams" / f"{hparams}.yaml")
    given = [f"--{key}={value}" for key, value in options.items()]
    scripts.run(SCRIPT, [path, *given, "--device=cpu"])
    with (folder / "sweep" / "table.csv").open(newline="") as file:
        return list(csv.DictReader(file))


# The lines of the YAML, taken away
OWN = ", ".join(
    f"'{kind}, {way}': null"
    for kind in ("CNN", "ResNeXt")
    for way in ("none", "max", "average", "attention")
)


def test_a_line_that_fails_does_not_stop_the_others(tmp_path, trained):
    lines = f"{{{OWN}, a: {{aggregation: max}}, b: {{aggregation: sum}}}}"
    options = FOLDS | {"fold": 1, "epochs": 1}
    (line,) = compare(tmp_path, "singer_cnn", lines, **options)
    assert (line["network"], line["folds"]) == ("a", "1")
    assert 0 <= float(line["test, window"]) <= 100
    note = (tmp_path / "sweep" / "table.md").read_text()
    assert "b, seed 1234: " in note and "'sum'" in note
    assert all("--device=cpu" in command for command in trained)
    assert (
        tmp_path / "sweep/a/1234/by_recording/fold_1/metrics.json"
    ).is_file()
    # Once more, with a line more: what is trained is not trained again
    metrics = tmp_path / "sweep/a/1234/by_recording/fold_1/metrics.json"
    before = metrics.stat().st_mtime_ns
    lines = f"{{{OWN}, a: {{aggregation: max}}, c: {{aggregation: average}}}}"
    table = compare(tmp_path, "singer_cnn", lines, **options)
    assert [line["network"] for line in table] == ["a", "c"]
    assert metrics.stat().st_mtime_ns == before


def test_siamese_networks_stand_beside_handcrafted_features(tmp_path, trained):
    own = "no attention (max), attention, Hadsell's loss, hardest negatives"
    own += ", pairs of different songs"
    names = [*own.split(", "), "Hadsell's, hardest, different songs"]
    gone = ", ".join(f'"{name}": null' for name in names)
    lines = f"{{{gone}, x: {{form: hadsell}}}}"
    table = compare(tmp_path, "performance_siamese", lines, **SIAMESE, epochs=1)
    assert [line["network"] for line in table] == [
        *("x", "spectral features", "MFCC")
    ]
    assert float(table[0]["test loss"]) > 0
    assert table[1]["test loss"] == "-"


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "hparams" / "compare_siamese.yaml",
        ROOT / "hparams" / "compare_singer_cnn.yaml",
        *ROOT.glob("recipes/*/hparams/compare_*.yaml"),
    ],
    ids=lambda path: f"{path.parts[-3]}/{path.stem}",
)
def test_each_line_changes_settings_that_there_are(path, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    file, _, overrides = parse_arguments([str(path)])
    hparams = load_settings(file, overrides)
    compare = scripts.load(SCRIPT)
    settings = []
    lines = [line for line in hparams["lines"].values() if line is not None]
    for line in lines:
        line = {"data_folder": "x", **line}
        _, _, *command = compare.training(hparams, line, tmp_path, 1)
        # An unknown setting raises, and so does one of a wrong kind
        file, _, overrides = parse_arguments(command)
        settings.append(flat_settings(file, overrides))
    distinct = {str(sorted(own.items())) for own in settings}
    assert len(distinct) == len(lines) >= 6
