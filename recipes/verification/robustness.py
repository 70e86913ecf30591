#!/usr/bin/env python3
"""Measures how encoders hold up where recordings are not as they should be.

> python recipes/verification/robustness.py hparams/robustness.yaml \
      --encoder synthetic
> python recipes/verification/robustness.py hparams/robustness.yaml \
      --encoder FOLDER --encoders "{MFCC statistics: mfcc}" \
      --corpus ravdess_song --data_folder my/RAVDESS

Voices are enrolled clean and recognised degraded. The tables stand in
<output_folder> as Markdown, CSV and LaTeX, and on report.html.
"""

import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger

from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.encoders import load_encoder, short_name
from speechbrain_singer.evaluation.pitch import median_pitches
from speechbrain_singer.evaluation.robustness import Robustness
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.robustness import write_robustness
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.trials import TrialPlan

logger = get_logger(__name__)


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    folder = hparams["output_folder"]
    progressbar = not run_opts.get("noprogressbar", False)
    encoders = named(hparams["encoder"], present(hparams["encoders"]))
    degradations = present(hparams["degradations"])
    conditions = present(hparams["conditions"])
    robustness = Robustness(
        degradations,
        {name: TrialPlan(**plan) for name, plan in conditions.items()},
        hparams["pitch_edges"],
        sample_rate=hparams["sample_rate"],
        replicates=hparams["replicates"],
        seed=hparams["seed"],
        cache_folder=hparams["cache_folder"],
    )
    claim_output_folder(folder, command, free=("encoder", "encoders"))
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The recordings, and how high they are sung
    rows = hparams["recordings"].rows()
    on_main(check_measured, folder, rows)
    pitches = median_pitches(
        rows, hparams["tracker"], hparams["cache_folder"], progressbar
    )

    # 3. Every encoder; one that fails does not stop the rest
    def measured(source):
        encoder = load_encoder(source, run_opts)
        return robustness.measure(encoder, rows, pitches, progressbar)

    reports, failures = each(measured, encoders)
    if not end_processes():
        return
    if not reports:
        raise RuntimeError("nothing could be measured: " + "; ".join(failures))

    # 4. Tables, pictures and the page of all figures
    degraded = {name: repr(own) for name, own in degradations.items()}
    settings = {**hparams["settings"], "degradations": degraded}
    title = f"How encoders hold up on {hparams['corpus']}"
    write_robustness(Results(folder, title, settings), reports, failures)
    print((Path(folder) / "table.md").read_text(encoding="utf-8"))


def present(entries):
    """The entries that were not taken away."""
    return {name: own for name, own in entries.items() if own is not None}


def named(encoder, others):
    """All encoders, by their names in the table."""
    name = short_name(encoder)
    if name in others:
        raise ValueError(
            f"encoders: {name!r} is what --encoder {encoder} is called in the "
            "table: give the other one another name"
        )
    return {name: encoder} | others


def each(measure, encoders):
    """Reports of what could be measured, and the reasons of what could not."""
    reports, failures = {}, []

    def try_one(name, source):
        try:
            reports[name] = measure(source)
        # Whatever one encoder does, the others are measured
        except Exception as error:
            logger.error("%s: %r", name, error)
            failures.append(f"{name}: {type(error).__name__}: {error}")

    for name, source in encoders.items():
        try_one(name, source)
    return reports, failures


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
