"""Figures of stages: their table, what was exported, and the sweep."""

import json

import pytest

from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.stages import (
    HEADS,
    network_title,
    stage_lines,
    stages_history,
    write_stages,
)
from speechbrain_singer.reports.sweep import sweep_table, sweep_weights


def stage(accuracy, weights=None, epoch=2):
    figures = {
        "accuracy": accuracy,
        "balanced_accuracy": accuracy - 1,
        "macro_f1": accuracy - 2,
    }
    own = {
        "best_epoch": epoch,
        "figures": {
            "window": figures,
            "recording": {**figures, "accuracy": 99.0},
        },
        "confusion": [[3, 1], [0, 4]],
    }
    return own | ({"layer_weights": weights} if weights else {})


def outcome(fold, network="wavlm", exported="tuned"):
    return {
        "fold": fold,
        "folds": 3,
        "network": network,
        "names": ["ann", "bob"],
        "chance": {"window": 50.0, "recording": 60.0},
        "exported": exported,
        "stages": {
            "frozen": stage(70.0 + fold, [0.5, 0.5]),
            "tuned": stage(80.0 + fold, [0.25 * fold, 1 - 0.25 * fold]),
        },
    }


def test_a_line_for_chunks_and_for_recordings_of_each_stage():
    lines = stage_lines([outcome(0), outcome(2)])
    assert dict(zip(HEADS, lines[0], strict=True)) == {
        "stage": "frozen",
        "folds": "2",
        "of": "chunks",
        "accuracy": "71.0 ± 1.4",
        "balanced accuracy": "70.0 ± 1.4",
        "macro F1": "69.0 ± 1.4",
        "top 2": "-",
        "top 3": "-",
        "chance": "50.0 ± 0.0",
        "best epoch": "2.0 ± 0.0",
    }
    assert [line[:4] for line in lines[1:]] == [
        ["frozen", "2", "recordings", "99.0 ± 0.0"],
        ["tuned", "2", "chunks", "81.0 ± 1.4"],
        ["tuned", "2", "recordings", "99.0 ± 0.0"],
    ]


def test_what_is_written(tmp_path):
    outcomes = [outcome(0, exported="frozen"), outcome(2)]
    write_stages(Results(tmp_path, "title", {"seed": 1}), outcomes, "singer")
    found = json.loads((tmp_path / "metrics.json").read_text())
    tuned = found["stages"]["tuned"]
    assert tuned["layer_weights"] == [0.25, 0.75]
    assert tuned["window"]["accuracy"]["values"] == [80.0, 82.0]
    note = (tmp_path / "table.md").read_text()
    assert "2 of 3 folds are there, without 1." in note
    assert "frozen, of fold 0; tuned, of fold 2" in note
    assert "random" not in note
    for name in ("layer_weights.png", "confusion.png", "report.html"):
        assert (tmp_path / name).stat().st_size > 0


def test_without_layers_or_folds(tmp_path):
    own = outcome(0, network="CRNN")
    own["stages"] = {"trained": stage(50.0)}
    own |= {"folds": 1, "exported": "trained"}
    write_stages(Results(tmp_path, "title", {}), [own], "technique")
    assert not (tmp_path / "layer_weights.png").exists()
    assert "Exported" not in (tmp_path / "table.md").read_text()
    with pytest.raises(ValueError, match="no fold has an outcome yet"):
        write_stages(Results(tmp_path, "title", {}), [], "technique")


def test_epochs_of_stages_follow_each_other(tmp_path):
    for name, epochs in (("frozen", (1, 2)), ("tuned", (1,))):
        (tmp_path / name).mkdir()
        records = [json.dumps({"epoch": e, "lr": 1.0}) for e in epochs]
        (tmp_path / name / "history.jsonl").write_text("\n".join(records))
    assert [r["epoch"] for r in stages_history(tmp_path)] == [1, 2, 3]


def test_a_sweep_has_the_last_stage_s_weights(tmp_path):
    random = network_title("random")
    networks = {"a": "wavlm", "b": random, "c": "MFCC"}
    for name, network in networks.items():
        folder = tmp_path / name / "by_recording" / "fold_0"
        folder.mkdir(parents=True)
        own = outcome(1, network)
        if name == "c":
            own["stages"] = {"probe": stage(60.0, epoch=None)}
        (folder / "metrics.json").write_text(json.dumps(own))
    folders = {name: [tmp_path / name] for name in networks}
    table = sweep_table(folders)
    assert table[0] == ["network", *HEADS]
    names = [line[0] for line in table[1:]]
    assert names == ["a"] * 4 + [f"b ({random})"] * 4 + ["c"] * 2
    assert table[-1][-1] == "-"
    assert sweep_weights(folders) == {
        "a": [0.25, 0.75],
        f"b ({random})": [0.25, 0.75],
    }
