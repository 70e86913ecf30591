"""Starts several processes for a test."""

import multiprocessing
import os

import pytest
import shortcuts
import torch

# What takes seconds to import, a server does once; processes are its forks
multiprocessing.set_forkserver_preload(
    [
        *("speechbrain", "torchvision", "matplotlib.figure"),
        *("sklearn.manifold", "speechbrain_singer.ssl.hand_over"),
        "speechbrain_singer.catalogue.pool",
    ]
)
SERVER = multiprocessing.get_context("forkserver")


def start(work, *args, number):
    """Waits until all have done `work(rank, *args)`."""
    torch.multiprocessing.start_processes(
        work, args, number, start_method="forkserver"
    )


def be_one_of(number, rank, port):
    """For good: one process of `number`, with what torchrun tells it."""
    be_quick()
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    os.environ |= {"WORLD_SIZE": str(number), "MASTER_ADDR": "localhost"}
    os.environ["MASTER_PORT"] = str(port)


def be_quick():
    """For good: one thread, and nothing that takes longer than the run."""
    torch.set_num_threads(1)
    patch = pytest.MonkeyPatch()
    shortcuts.describe_no_environment(patch)
    shortcuts.wait_for_no_disk(patch)
    shortcuts.choose_from_two(patch)
    shortcuts.draw_nothing(patch)
    shortcuts.compose_nothing(patch)
