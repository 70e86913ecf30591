#!/usr/bin/env python3
"""Measures how well singers can be named from an encoder's embeddings.

> python recipes/identification/evaluate.py hparams/identification.yaml \
      --encoder synthetic
> python recipes/identification/evaluate.py hparams/identification.yaml \
      --corpus ravdess_song --data_folder my/RAVDESS --encoder ge2e \
      --group_by song --folds 2
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.dataio.fold_draws import (
    in_several_groups,
    select,
    without_single_groups,
)
from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.evaluation.cache import cached_embeddings
from speechbrain_singer.evaluation.encoders import load_encoder
from speechbrain_singer.evaluation.identification import identification_report
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.reports.identification import write_identification
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

    # 2. The recordings, and whether they can be dealt to folds, before anything
    # is encoded
    rows = asked = hparams["recordings"].rows()
    on_main(check_measured, hparams["output_folder"], rows)
    if hparams["skip_single"]:
        asked = select(rows, in_several_groups(rows, hparams["group_by"]))
    hparams["validation"].check(asked)

    # 3. Embeddings of the recordings; each process encodes its share
    encoder = load_encoder(hparams["encoder"], run_opts)
    progressbar = not run_opts.get("noprogressbar", False)
    embeddings, rows = cached_embeddings(
        encoder, rows, hparams["cache_folder"], progressbar
    )
    if not end_processes():
        return
    if hparams["skip_single"]:
        embeddings, rows = without_single_groups(
            embeddings, rows, hparams["group_by"]
        )

    # 4. Probes that are trained on some folds and tested on another
    report, predictions = identification_report(
        embeddings,
        rows,
        hparams["validation"],
        hparams["few_shot"],
        progressbar,
    )

    # 5. Figures, pictures and the page of all of them
    title = f"{hparams['name']} on {hparams['corpus']}: identification"
    results = Results(hparams["output_folder"], title, hparams["settings"])
    write_identification(results, report, predictions, rows)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
