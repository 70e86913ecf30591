#!/usr/bin/env python3
"""Trains many variants of an experiment, and puts them into one table.

> python recipes/supervised/compare.py hparams/compare_singer_cnn.yaml
> python recipes/supervised/compare.py hparams/compare_siamese.yaml \
      --changes "{corpus: damp_balanced, data_folder: PATH}" --at_once 2

What was trained before is not trained again, and a sweep that was stopped goes
on where it was. What the command line names comes beside what the YAML does;
null takes a line of the YAML away.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
import yaml
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.checks import check_whole
from speechbrain_singer.reports.curves import (
    SUPERVISED,
    plot_runs,
    read_history,
)
from speechbrain_singer.reports.layer_weights import plot_layer_weights
from speechbrain_singer.reports.results import draw_each
from speechbrain_singer.reports.stages import stages_history
from speechbrain_singer.reports.sweep import sweep_table, sweep_weights
from speechbrain_singer.reports.tables import write_tables
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import load_settings, parse_arguments

logger = get_logger(__name__)

TRAIN = Path(__file__).with_name("train.py")
ROOT = Path(__file__).parents[2]  # of hparams/ and recipes/
# What adds trainings, or says where and how they run: no other results
FREE = ("at_once", "lines", "seeds")


def main(arguments):
    """Trains what has not been trained, and writes the table."""
    # 1. Settings and folder
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    check_whole("at_once", hparams["at_once"], least=1)
    folder = Path(hparams["output_folder"])
    claim_output_folder(folder, command, free=FREE)
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. Every line with every seed; one that fails does not stop the rest
    lines = {n: own for n, own in hparams["lines"].items() if own is not None}
    runs = list(product(lines, hparams["seeds"]))
    commands = [
        training(hparams, lines[name], run_folder(folder, name, seed), seed)
        + passed_on(run_opts)
        for name, seed in runs
    ]
    threads = max(1, (os.cpu_count() or 1) // hparams["at_once"])
    with ThreadPoolExecutor(hparams["at_once"]) as pool:
        done = pool.map(partial(run, threads=threads), commands)
        failures = list(tqdm(done, "Trainings", total=len(runs)))

    # 3. The table, the curves of validation, and what layers count for
    said = [
        f"{name}, seed {seed}: {failure}"
        for (name, seed), failure in zip(runs, failures, strict=True)
        if failure
    ]
    if len(said) == len(runs):
        raise RuntimeError("nothing could be trained: " + "; ".join(said))
    folders = {
        name: [run_folder(folder, name, seed) for seed in hparams["seeds"]]
        for name in lines
    }
    write_tables(folder, sweep_table(folders), said)
    print((folder / "table.md").read_text(encoding="utf-8"))
    histories = {
        name: [records for run in own for records in histories_of(run)]
        for name, own in folders.items()
    }
    draw = partial(plot_runs, histories, panels=SUPERVISED)
    pictures = {"curves": ("curves.png", draw)}
    if weights := sweep_weights(folders):
        draw = partial(plot_layer_weights, weights)
        pictures["layer weights"] = ("layer_weights.png", draw)
    draw_each(folder, pictures)


def histories_of(run):
    """What a training, or all its folds, measured epoch by epoch."""
    paths = [*run.glob("history.jsonl"), *run.glob("by_*/fold_*/history.jsonl")]
    folders = [run, *sorted(run.glob("by_*/fold_*"))]
    in_stages = map(stages_history, folders)
    return [*map(read_history, paths), *filter(None, in_stages)]


def training(hparams, changes, folder, seed):
    """The command that trains a line of the table."""
    settings = hparams["changes"] | changes | {"seed": seed}
    # A line may be another experiment, on the same data
    file = settings.pop("hparams_file", hparams["hparams_file"])
    script = hparams["script"] if "script" in hparams else str(TRAIN)
    script, file = found(script), found(file)
    options = [f"--{k}={as_argument(v)}" for k, v in settings.items()]
    return [
        *(sys.executable, script, file),
        *options,
        f"--output_folder={folder}",
    ]


def found(path):
    """A path as it is; or, unless it is there, one of the recipes'."""
    own = ROOT / path
    return str(own if own.exists() and not Path(path).exists() else path)


def passed_on(run_opts):
    """SpeechBrain's options that were given, for the trainings."""
    given = run_opts.overridden_args - {"param_file"}
    values = {name: getattr(run_opts, name) for name in sorted(given)}
    return [
        f"--{name}" if value is True else f"--{name}={value}"
        for name, value in values.items()
    ] + ["--noprogressbar"] * ("noprogressbar" not in given)


def as_argument(value):
    """A value as the command line has it."""
    if isinstance(value, str):
        return value
    text = yaml.safe_dump(value, default_flow_style=True, width=1e6)
    return text.removesuffix("...\n").strip()


def run_folder(folder, name, seed):
    """Where a training has its results."""
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return folder / "_".join(words) / str(seed)


def run(command, threads):
    """Trains; returns what it failed of, or "" """
    environment = {"OMP_NUM_THREADS": str(threads)} | os.environ
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment
    )
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    failure = lines[-1] if lines else f"ended with {done.returncode}"
    if done.returncode < 0:  # with no word of its own
        failure = f"killed by signal {-done.returncode}"
    logger.warning("%s: %s", command[-1], failure)
    return failure


if __name__ == "__main__":
    main(sys.argv[1:])
