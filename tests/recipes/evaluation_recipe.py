"""Runs the recipes of evaluation as a user does, on a tiny corpus."""

from pathlib import Path

import scripts

ROOT = Path(__file__).parents[2]
TINY = {
    "corpus_options": "{singers: 6, songs_per_singer: 3, seconds: 1.5}",
    "encoder": "mfcc",
}


def arguments(hparams, data_folder, output, *flags, **overrides):
    """The command line, behind the script's name."""
    settings = TINY | {
        "data_folder": data_folder,
        "output_folder": output,
        "cache_folder": output / "cache",
        **overrides,
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    hparams_file = str(ROOT / "hparams" / f"{hparams}.yaml")
    return [hparams_file, *options, "--device=cpu", "--noprogressbar", *flags]


def run(script, command_line):
    """A script by its path in the project."""
    scripts.run(ROOT / script, command_line)
