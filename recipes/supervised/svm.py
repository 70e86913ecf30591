#!/usr/bin/env python3
"""Names singers by an SVM on features of windows: the CNN's baseline.

> python recipes/supervised/svm.py hparams/singer_svm.yaml
> python recipes/supervised/svm.py hparams/singer_svm.yaml \
      --corpus damp --data_folder my/DAMP --group_by "recording, song"
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.folds import write_folds
from speechbrain_singer.reports.results import Results
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.runs.recordings import check_measured
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Measures as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    claim_output_folder(hparams["output_folder"], command)
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The recordings, whether they can be dealt to folds, and their windows,
    # before anything is encoded
    rows = hparams["recordings"].rows()
    on_main(check_measured, hparams["output_folder"], rows)
    ways = hparams["cross_validation"].grouped_by(hparams["group_by"])
    for validation in ways.values():
        on_main(validation.check, rows)
    windows = hparams["windows"](rows)

    # 3. Features of all windows, once for all folds; each process encodes its
    # share
    encoder = load_encoder(hparams["encoder"], run_opts)
    progressbar = not run_opts.get("noprogressbar", False)
    features, windows = cached_embeddings(
        encoder, windows, hparams["cache_folder"], progressbar
    )
    if not end_processes():
        return

    # 4. An SVM for each fold, tested on windows and on recordings
    outcomes = {
        by: validation.run(features, windows, rows, progressbar)
        for by, validation in ways.items()
    }

    # 5. Tables, a picture and the page of all of them
    title = f"SVM of {hparams['name']} on {hparams['corpus']}"
    results = Results(hparams["output_folder"], title, hparams["settings"])
    write_folds(results, outcomes)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
