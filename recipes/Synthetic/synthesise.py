#!/usr/bin/env python3
"""Synthesises the persons that a training is of, before it starts.

> python recipes/Synthetic/synthesise.py hparams/pretrain.yaml

A torchrun needs them to be there: its processes do not wait for hours. One
that was killed goes on when the same command is given again.
"""

import os
import sys

# Threads that wait do not spin; torch reads this when it is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from speechbrain_singer.settings import load_settings, parse_arguments
from speechbrain_singer.supervised.person_store import check_apart, synthesise


def main(arguments):
    """Synthesises who lacks of those who train and of those who validate."""
    hparams_file, run_opts, overrides = parse_arguments(arguments)
    data = load_settings(hparams_file, overrides)["data"]
    train_store, valid_store = data["train_store"], data["valid_store"]
    check_apart(train_store.settings, valid_store.settings)
    how = data["synthesis_workers"], not run_opts.noprogressbar
    synthesise(train_store, data["persons"], *how)
    synthesise(valid_store, data["valid_persons"], *how)


if __name__ == "__main__":
    # Numbers next to 0 take a CPU many times as long
    torch.set_flush_denormal(True)
    main(sys.argv[1:])
