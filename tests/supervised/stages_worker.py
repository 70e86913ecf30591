"""Both stages on one of two processes, for test_stages_shared.py."""

import faulthandler
import gc
import os
from datetime import timedelta

import torch
from tiny_layers import network, stages_in, state, train
from torch import distributed

from speechbrain_singer.distributed import end_processes

PROCESSES = 2
# So that what the processes have of a batch does not weigh the same
WEIGHTS = torch.tensor([1.0, 5.0])


def work(rank, folder):
    """Trains, and saves the state."""
    faulthandler.dump_traceback_later(180, exit=True)
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    distributed.init_process_group(
        "gloo",
        init_method=f"file://{folder}/store",
        timeout=timedelta(minutes=2),
        rank=rank,
        world_size=PROCESSES,
    )
    torch.save(trained(rank, folder), folder / f"{rank}.pt")
    gc.collect()  # nothing may outlive the group
    end_processes()


def trained(rank, folder):
    """The state after both stages, each process with half of a batch."""
    modules = network(dropout=0.0)
    share = {"rank": rank, "world_size": PROCESSES}
    options = {"distributed_launch": True, "distributed_backend": "gloo"}
    stages = stages_in(folder / "both")
    options |= {"share": share, "batch": 2, "class_weights": WEIGHTS}
    train(modules, stages, **options)
    return state(modules)
