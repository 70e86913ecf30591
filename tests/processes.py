"""Starts several processes for a test."""

import multiprocessing

import torch

# What takes seconds to import, a server does once; processes are its forks
multiprocessing.set_forkserver_preload(
    ["speechbrain", "torchvision", "matplotlib.figure", "sklearn.manifold"]
)


def start(work, *args, number):
    """Waits until all have done `work(rank, *args)`."""
    torch.multiprocessing.start_processes(
        work, args, number, start_method="forkserver"
    )
