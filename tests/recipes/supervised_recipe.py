"""Runs the recipe as a user does, at a tiny scale."""

import json
from pathlib import Path

import scripts

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "recipes" / "supervised" / "train.py"
TINY = {
    "window_frames": 32,
    "window_hop": 16,
    "first_channels": 2,
    "channels": "[8]",
    "hidden_dim": 8,
    "batch_size": 8,
    "num_workers": 0,
    "epochs": 2,
    "check_interval": 1,
    "corpus_options": "{singers: 4, songs: 4, seconds: 1.5}",
}
FOLDS = {"folds": 4}
SIAMESE = {
    "pairs_per_epoch": 16,
    "valid_pairs": 8,
    "valid_singers": 2,
    "test_singers": 2,
    "corpus_options": "{singers: 6, songs: 4, seconds: 1.5}",
}


def run(hparams, folder, *flags, **overrides):
    """Trains in this process; `folder` holds what it needs and what it gives.

    Returns
    -------
    output_folder : Path
    """
    settings = TINY | (FOLDS if hparams == "singer_cnn" else SIAMESE)
    settings |= {
        "data_folder": folder / "corpus",
        "cache_folder": folder / "cache",
        "output_folder": folder / "results",
    }
    settings |= overrides
    options = [f"--{name}={value}" for name, value in settings.items()]
    path = str(ROOT / "hparams" / f"{hparams}.yaml")
    flags = ["--device=cpu", "--noprogressbar", *flags]
    scripts.run(SCRIPT, [path, *options, *flags])
    return Path(settings["output_folder"])


def figures(path):
    return json.loads((path / "metrics.json").read_text())
