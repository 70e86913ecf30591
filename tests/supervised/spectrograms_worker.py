"""Spectrograms on one of several processes, for test_spectrograms_shared.py."""

import os
from datetime import timedelta

import numpy as np
import torch
from tiny_decibels import TinyDecibels
from torch import distributed

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.supervised import spectrograms
from speechbrain_singer.supervised.spectrograms import cached_spectrograms

PROCESSES = 2


def work(rank, folder, rows):
    """What one of the processes does; it saves what it saw."""
    torch.set_num_threads(1)

    def fill(cache):
        TinyDecibels.calls = 0
        found, kept = cached_spectrograms(TinyDecibels(), rows, cache)
        return {
            "spectrograms": [np.asarray(each) for each in found],
            "kept": [row["wav"] for row in kept],
            "calls": TinyDecibels.calls,
        }

    outcome = {"alone": fill(folder / "at_once")}
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(PROCESSES)}
    distributed.init_process_group(
        "gloo",
        init_method=f"file://{folder}/store",
        rank=rank,
        world_size=PROCESSES,
        timeout=timedelta(seconds=60),
    )
    outcome["shared"] = fill(folder / "shared")
    outcome["again"] = fill(folder / "shared")
    outcome["own_disk"] = fill(folder / f"own{rank}")
    missing = [{"wav": "no.wav"}] * 2
    outcome["none"] = message(missing, folder / "shared")
    if rank == 1:
        spectrograms.write_spectrogram = full
    outcome["full"] = message(rows, folder / "full")
    torch.save(outcome, folder / f"{rank}.pt")
    distributed.destroy_process_group()


def full(path, _):
    """As on a full disk."""
    raise OSError(28, "no space left on this disk", str(path))


def message(rows, cache):
    """What it raises."""
    try:
        cached_spectrograms(TinyDecibels(), rows, cache)
    except (AudioError, OSError) as error:
        return str(error)
    return None
