"""Encoding on one of several processes, for test_shares.py."""

import os
from datetime import timedelta

import torch
from torch import distributed

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.distributed import is_main, on_main
from speechbrain_singer.evaluation.cache import cached_embeddings

PROCESSES = 3


CLIPS = []


class Mean:
    """An encoder; in CLIPS stands what it was asked for."""

    sample_rate = 8000
    dimension = 1

    def encode_batch(self, wavs, wav_lens=None):
        CLIPS.append(len(wavs))
        return wavs.mean(dim=1).reshape(-1, 1, 1)


def work(rank, folder, rows):
    """What one of the processes does; it saves what it saw."""
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(PROCESSES)}
    distributed.init_process_group(
        "gloo",
        init_method=f"file://{folder}/store",
        rank=rank,
        world_size=PROCESSES,
        timeout=timedelta(seconds=120),
    )
    encoder = Mean()
    # A disk of its own: others must not go by what stands on theirs
    cache = folder / f"cache{rank}"
    first, kept = cached_embeddings(encoder, rows, cache, False)
    clips = sum(CLIPS)
    again, _ = cached_embeddings(encoder, rows, cache, False)
    outcome = {
        "embeddings": first,
        "again": again,
        "kept": [row["wav"] for row in kept],
        "clips": clips,
        "clips_again": sum(CLIPS) - clips,
        "main": is_main(),
        "none": message(
            cached_embeddings, encoder, [{"wav": "no.wav"}] * 2, None, False
        ),
        "raised": message(on_main, fail_on_main, rank),
    }
    torch.save(outcome, folder / f"{rank}.pt")
    distributed.destroy_process_group()


def fail_on_main(rank):
    """To be called by the main process only."""
    raise ValueError(f"on process {rank}")


def message(function, *args):
    """What a function raises."""
    try:
        function(*args)
    except (AudioError, ValueError) as error:
        return str(error)
    return None
