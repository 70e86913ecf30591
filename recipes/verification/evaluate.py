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

from speechbrain_singer.evaluation import inputs
from speechbrain_singer.evaluation.calibration import (
    brought_by,
    calibrate,
    check_can_calibrate,
)
from speechbrain_singer.evaluation.processes import leave
from speechbrain_singer.evaluation.trials import make_trials
from speechbrain_singer.evaluation.verification import verify
from speechbrain_singer.evaluation.verification_output import write_results
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.scoring import fitted_back_end
from speechbrain_singer.settings import load_settings

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
    hparams_file, run_opts, overrides = sb.parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides, NEEDED)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    cosine = hparams["back_end"] == "cosine"
    if hparams["calibrate"]:
        check_can_calibrate(hparams["encoder"], hparams["back_end"])

    # 2. Embeddings of the corpus, and of the background set if there is one;
    # each process encodes its share
    asked = inputs.corpus_rows(hparams)
    encoder, embeddings, rows = inputs.embedded_corpus(hparams, run_opts, asked)
    background = inputs.embedded_background(hparams, encoder, run_opts)
    if not leave():
        return

    # 3. Trials and their scores
    usable = {row["ID"] for row in rows}
    unusable = [row for row in asked if row["ID"] not in usable]
    trials = make_trials(rows, hparams, unusable)
    back_end = fitted_back_end(hparams["back_end"], background)
    calibration, threshold = brought_by(encoder) if cosine else (None, None)
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

    # 4. Figures, pictures and the page of all of them
    write_results(verification, embeddings, rows, hparams)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
