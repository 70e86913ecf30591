#!/usr/bin/env python3
"""Measures how well an encoder tells whether two recordings share a singer.

> python recipes/verification/evaluate.py hparams/verification.yaml \
      --encoder results/contrastive_vc/1234/encoder
> python recipes/verification/evaluate.py hparams/verification.yaml \
      --corpus ravdess_song --data_folder my/RAVDESS --encoder ge2e \
      --same sex --different song
"""

import sys

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.distributed import end_processes
from speechbrain_singer.evaluation import inputs
from speechbrain_singer.evaluation.calibration import (
    brought_by,
    calibrate,
    check_can_calibrate,
)
from speechbrain_singer.evaluation.verification import verify
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.verification import write_results
from speechbrain_singer.scoring import check_back_end, fitted_back_end
from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.trials.making import (
    check_columns,
    check_trials,
    columns,
    make_trials,
)

# What this script takes from the YAML
NEEDED = [
    *inputs.NEEDED,
    *inputs.BACKGROUND,
    "back_end",
    "calibrate",
    "colours",
    "different",
    "drop_flaws",
    "name",
    "output_folder",
    "replicates",
    "same",
    "trial_count",
    "trials",
]


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. What is asked for, checked before anything is encoded
    asked = inputs.corpus_rows(hparams)
    check_settings(hparams, asked)

    # 3. Embeddings of the corpus, and of the background set if there is one;
    # each process encodes its share
    encoder, embeddings, rows = inputs.embedded_corpus(hparams, run_opts, asked)
    background = inputs.embedded_background(hparams, encoder, rows, run_opts)
    if not end_processes():
        return

    # 4. Trials and their scores
    unusable = inputs.unusable_rows(hparams, asked, rows)
    trials = make_trials(rows, hparams, unusable)
    back_end = fitted_back_end(hparams["back_end"], background)
    calibration, threshold = brought_by(encoder, hparams["back_end"])
    verification = verify(
        embeddings,
        rows,
        trials,
        back_end,
        calibration,
        threshold,
        hparams["replicates"],
    )
    if hparams["calibrate"]:
        calibrate(hparams["encoder"], verification, hparams["corpus"])

    # 5. Figures, pictures and the page of all of them
    write_results(verification, embeddings, rows, hparams)


def check_settings(hparams, rows):
    """Refuses what would fail once the embeddings are there."""
    check_back_end(hparams["back_end"], hparams["background_corpus"])
    for key in ("same", "different", "colours"):
        check_columns(rows, columns(hparams[key]))
    if hparams["calibrate"]:
        check_can_calibrate(hparams["encoder"], hparams["back_end"])
    check_trials(hparams["trials"])


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
