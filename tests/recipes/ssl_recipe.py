"""Runs the recipe as a user does, at a tiny scale."""

import json
from pathlib import Path

import scripts
import tiny_efficientnet
from processes import be_one_of, be_quick

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "recipes" / "ssl" / "train.py"
TINY = {
    "clip_seconds": 0.4,
    "batch_size": 4,
    "clips_per_epoch": 12,
    "valid_pairs": 12,
    "num_workers": 0,
    "epochs": 2,
    "valid_singers": 2,
    "test_singers": 2,
    "ckpt_interval_minutes": 0,
    "corpus_options": "{singers: 6, songs_per_singer: 2, seconds: 2.0}",
    "encoder": tiny_efficientnet.ENCODER,
}


def arguments(
    corpus_folder, output_folder, *flags, hparams="byol", **overrides
):
    """The command line, behind the script's name."""
    settings = TINY | overrides
    settings |= {"data_folder": corpus_folder, "output_folder": output_folder}
    options = [f"--{name}={value}" for name, value in settings.items()]
    hparams_file = str(ROOT / "hparams" / f"{hparams}.yaml")
    return [hparams_file, *options, "--device=cpu", "--noprogressbar", *flags]


def run(*args, **kwargs):
    """Trains in this process."""
    scripts.run(SCRIPT, arguments(*args, **kwargs))


def run_apart(*args, **kwargs):
    """Trains in a process of its own."""
    be_quick()
    run(*args, **kwargs)


def run_in_two(rank, port, corpus_folder, output_folder, name, **overrides):
    """As one of two processes, with what torchrun tells them."""
    be_one_of(2, rank, port)
    flags = ("--distributed_backend=gloo", "--debug")
    run(corpus_folder, output_folder, *flags, hparams=name, **overrides)


def history(folder):
    """What was measured, epoch by epoch."""
    lines = (folder / "history.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]
