#!/usr/bin/env python3
"""Separates mixtures into vocals and accompaniment.

> python recipes/separation/separate.py hparams/separation.yaml \
      --corpus folder --data_folder MIXTURES --output_folder OUT
> python recipes/separation/separate.py hparams/separation.yaml \
      --corpus folder --data_folder MIXTURES --output_folder OUT \
      --separator command
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import speechbrain as sb
from speechbrain.utils.distributed import ddp_init_group

from speechbrain_singer.distributed import end_processes, on_main
from speechbrain_singer.memory import keep_freed_memory
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.separation.loading import load_separator
from speechbrain_singer.separation.mixtures import find_mixtures
from speechbrain_singer.separation.separate_files import separate_files
from speechbrain_singer.separation.table import write_table
from speechbrain_singer.settings import load_settings, parse_arguments


def main(arguments):
    """Separates as a command line says."""
    # 1. Settings, folders and logs
    command = hparams_file, run_opts, overrides = parse_arguments(arguments)
    ddp_init_group(run_opts)
    hparams = load_settings(hparams_file, overrides)
    claim_output_folder(hparams["output_folder"], command, free=["batch_size"])
    sb.create_experiment_directory(
        experiment_directory=hparams["output_folder"],
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )

    # 2. The mixtures of a corpus, with their labels
    mixtures = on_main(
        find_mixtures,
        hparams["corpus"],
        hparams["data_folder"],
        hparams["corpus_options"],
        hparams["output_folder"],
    )

    # 3. What separates them: a network segment by segment, or a command
    separator = load_separator(
        hparams["separator"],
        hparams["separators"],
        hparams["segments"],
        run_opts["device"],
    )

    # 4. Vocals and accompaniment of each that has none yet; each process does
    # its share
    rows = separate_files(
        separator,
        mixtures,
        hparams["output_folder"],
        hparams["bits"],
        hparams["num_workers"],
        progressbar=not run_opts["noprogressbar"],
    )
    if not end_processes():
        return

    # 5. The table of them, which is a corpus of vocals
    write_table(hparams["output_folder"], rows)


if __name__ == "__main__":
    keep_freed_memory()
    main(sys.argv[1:])
