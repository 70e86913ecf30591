import json

import pytest

from speechbrain_singer.reports.sweep import sweep_table, sweep_weights


def write_run(folder, network, stages, layers=None):
    """The `metrics.json` of a run: F1 of COn by stage, the others less."""
    found = {
        stage: {
            "best_epoch": 2,
            "test": {"COn_f1": f1, "COnP_f1": f1 / 2, "COnPOff_f1": 0.0},
            **({"layer_weights": layers} if layers else {}),
        }
        for stage, f1 in stages.items()
    }
    metrics = {"settings": {"network": network}, "parameters": 5420}
    folder.mkdir(parents=True)
    text = json.dumps({**metrics, "stages": found})
    (folder / "metrics.json").write_text(text)
    return folder


@pytest.fixture
def folders(tmp_path):
    both = {"frozen": 0.5, "tuned": 0.8}
    return {
        "GE2E": [
            write_run(tmp_path / "ge2e" / "1", "ge2e", both, [0.25, 0.75]),
            write_run(
                *(tmp_path / "ge2e" / "2", "ge2e"),
                *({"frozen": 0.7, "tuned": 0.8}, [0.75, 0.25]),
            ),
        ],
        "small": [write_run(tmp_path / "r" / "1", "random", both, [0.1, 0.9])],
        "CNN": [write_run(tmp_path / "cnn" / "1", "cnn", {"trained": 0.9})],
        "failed": [tmp_path / "failed" / "1"],
    }


def test_runs_stand_in_a_table_by_stage(folders):
    heads, *lines = sweep_table(folders)
    assert heads[-3:] == ["COn F1", "COnP F1", "COnPOff F1"]
    of = {(line[0], line[1]): line[2:] for line in lines}
    assert of["GE2E", "frozen"] == [
        *("5,420", "2", "2.0 ± 0.0"),
        *("60.0 ± 14.1", "30.0 ± 7.1", "0.0 ± 0.0"),
    ]
    assert of["small (random weights)", "tuned"][-3:] == ["80.0", "40.0", "0.0"]
    assert list(of)[-1] == ("CNN", "trained")
    assert len(of) == 5


def test_layers_are_those_of_the_last_stage(folders):
    weights = sweep_weights(folders)
    assert list(weights) == ["GE2E", "small (random weights)"]
    assert weights["GE2E"] == [0.5, 0.5]
