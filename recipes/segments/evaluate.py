#!/usr/bin/env python3
"""Measures how well singers who take turns are told apart.

> python recipes/segments/evaluate.py hparams/segments.yaml \
      --encoder synthetic
> python recipes/segments/evaluate.py hparams/segments.yaml \
      --encoder ge2e --corpus ravdess_song --data_folder my/RAVDESS
"""

import os
import sys
from pathlib import Path

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.logger import get_logger

from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.turn_taking import (
    best_penalty,
    listen_to_mixtures,
    measure,
)
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.results import Results
from speechbrain_singer.reports.turn_taking import write_turn_taking
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.settings import load_settings, parse_arguments

logger = get_logger(__name__)


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    folder = hparams["output_folder"]
    progressbar = not run_opts.get("noprogressbar", False)
    claim_output_folder(folder, command)
    sb.create_experiment_directory(
        experiment_directory=folder,
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )
    encoder = load_encoder(hparams["encoder"], run_opts)

    def listen(rows, singers):
        drawn = hparams["mixtures"], singers, hparams["mixtures_of_each"]
        return listen_to_mixtures(encoder, rows, *drawn, progressbar)

    # 2. What a singer costs: so that others, synthesised, are counted right
    penalty = hparams["penalty"]
    if penalty is None:
        rows = hparams["calibration_recordings"].rows()
        trials = listen(rows, hparams["calibration_voices"])
        penalty, right = best_penalty(trials)
        logger.info(
            "penalty %g: by it the number of singers is right in %.0f %% of "
            "the mixtures that it was set on",
            *(penalty, 100 * right),
        )

    # 3. Mixtures of the recordings, and what is heard in them
    rows = hparams["recordings"].rows()
    check_measured(folder, rows)
    trials = listen(rows, hparams["voices"])
    report = measure(trials, penalty, hparams["seed"])

    # 4. Tables, pictures and the page
    title = f"{hparams['name']} on {hparams['corpus']}: who sings when"
    results = Results(folder, title, hparams["settings"])
    write_turn_taking(results, report, trials, penalty)
    print((Path(folder) / "table.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
