#!/usr/bin/env python3
"""Mixes vocals with the band of the embedded corpus, the way back.

> python recipes/separation/add_band.py hparams/add_band.yaml \
      --corpus ravdess_song --data_folder PATH --balance 5
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb

from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.separation.backed import add_band
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Mixes as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    hparams = load_settings(hparams_file, overrides)
    claim_output_folder(hparams["output_folder"], command)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The vocals of a corpus, with their labels
    rows = hparams["recordings"].rows()

    # 3. Mixtures of each with a band, and the table of them, which is a corpus
    add_band(
        rows,
        hparams["output_folder"],
        hparams["balance"],
        hparams["seed"],
        progressbar=not run_opts["noprogressbar"],
    )


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
