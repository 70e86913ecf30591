"""The table of a sweep, of figures written by hand."""

import json

from speechbrain_singer.reports.sweep import sweep_table


def write(path, figures):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures))


def fold(number, test, **others):
    accuracies = {"window": test, "recording": test + 10}
    return {
        "fold": number,
        "parameters": 1234,
        "best_epoch": 2 + number,
        "train": {"window": 90.0, "recording": 95.0},
        "test": accuracies,
        "chance": {"window": 6.0, "recording": 5.0},
        **others,
    }


def test_folds_and_seeds_of_a_classifier_are_averaged(tmp_path):
    for seed in ("1", "2"):
        for number, test in enumerate((40.0, 60.0)):
            folder = tmp_path / "a" / seed / "by_song" / f"fold_{number}"
            write(folder / "metrics.json", fold(number, test))
    lines = {"CNN, max": [tmp_path / "a" / "1", tmp_path / "a" / "2"]}
    heads, line = sweep_table(lines | {"failed": [tmp_path / "b" / "1"]})
    assert dict(zip(heads, line, strict=True)) == {
        "network": "CNN, max",
        "folds": "4",
        "train, window": "90.0 ± 0.0",
        "test, window": "50.0 ± 11.5",
        "train, recording": "95.0 ± 0.0",
        "test, recording": "60.0 ± 11.5",
        "chance, window": "6.0 ± 0.0",
        "chance, recording": "5.0 ± 0.0",
        "best epoch": "2.5 ± 0.6",
        "parameters": "1,234",
    }


def report(error, song):
    return {
        "neighbours": {
            "singer": {"accuracy": {"1": 80.0, "3": 70.0}},
            "song": {"accuracy": {"1": song, "3": 20.0}},
        },
        "pairs": {
            "singer": {"EER": error, "AUC": 90.0},
            "singer_across_songs": {"left_out": "one song"},
            "song": {"EER": 48.0, "AUC": 52.0},
        },
    }


def test_siamese_networks_stand_beside_handcrafted_features(tmp_path):
    for seed, error in (("1", 20.0), ("2", 30.0)):
        figures = {
            "parameters": 99,
            "best_epoch": 4,
            "test_loss": 0.2 + error / 1000,
            "collapsed_loss": 0.25,
            "encoders": {"ours": report(error, 50.0), "MFCC": report(40.0, 70)},
        }
        write(tmp_path / seed / "metrics.json", figures)
    heads, line, mfcc = sweep_table({"x": [tmp_path / "1", tmp_path / "2"]})
    cells = dict(zip(heads, line, strict=True))
    assert cells["test loss"] == "0.2250"
    assert cells["loss if collapsed"] == "0.2500"
    assert cells["EER"] == "25.0 ± 7.1"
    assert cells["EER, two songs"] == "-"
    assert cells["EER on the song, two singers"] == "48.0 ± 0.0"
    assert cells["singer, k = 1"] == "80.0 ± 0.0"
    assert cells["song, k = 1"] == "50.0 ± 0.0"
    of_mfcc = dict(zip(heads, mfcc, strict=True))
    assert of_mfcc["network"] == "MFCC"
    assert of_mfcc["parameters"] == "-"
    assert of_mfcc["EER"] == "40.0 ± 0.0"
