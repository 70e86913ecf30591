"""Training on one of several processes, for test_training_processes.py."""

import faulthandler
import gc
import os
from datetime import timedelta

import torch
from brains import Figures, Same, pair_loader
from torch import distributed

from speechbrain_singer.distributed import end_processes
from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.ssl.byol import BYOLBrain
from speechbrain_singer.ssl.momentum import MomentumTarget
from speechbrain_singer.training.brain import TrainingBrain
from speechbrain_singer.training.schedules import (
    Constant,
    CosineMomentum,
    WarmupCosine,
)
from speechbrain_singer.training.stopping import StoppingCounter

STEPS = 10
BATCH = 4  # of each process
TIME = 6
WORLD_SIZES = [3, 2]  # the third process stays away from the second one
FACTORS = [1, 2, 3]  # of gradient accumulation


def network():
    """Encoder, with batch normalisation, and projector."""
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(TIME, 16, bias=False),
        torch.nn.BatchNorm1d(16),
        torch.nn.Tanh(),
        torch.nn.Linear(16, 12),
    )
    return {"encoder": encoder, "projector": ProjectionHead(12, 5, whiten=True)}


def brain(**run_opts):
    """A BYOLBrain that has learned nothing yet."""
    online = network()
    return BYOLBrain(
        modules={
            **online,
            "augmentation": Same(),
            "predictor": torch.nn.Linear(5, 5),
            "target": MomentumTarget(online),
            "objective": BYOLLoss(),
        },
        opt_class=lambda parameters: torch.optim.SGD(parameters, lr=0.05),
        run_opts={"device": "cpu", "noprogressbar": True, **run_opts},
        seed=1,
        lr_schedule=WarmupCosine(lr=0.05, warmup_epochs=0, epochs=2),
        log=Figures(),
        lr_scales={"predictor": 1.0},
        momentum_schedule=CosineMomentum(base=0.8, epochs=2),
    )


def loader(rank=0, world_size=1, steps=STEPS):
    """Batches of pairs of clips, others on each process."""
    generator = torch.Generator().manual_seed(0)
    pairs = steps * BATCH * world_size
    clips = torch.randn(pairs, 2, TIME, generator=generator)
    share = {"rank": rank, "world_size": world_size}
    return pair_loader(clips, torch.arange(pairs), BATCH, **share)


class Regression(TrainingBrain):
    """What it learns to; its validation loss is another on each process."""

    def compute_forward(self, batch, stage):
        return self.modules.encoder(batch["clips"][:, 0])

    def compute_objectives(self, outputs, batch, stage):
        loss = outputs.square().mean()
        if self.modules.training:
            return loss
        # Only the other processes get better
        return 0 * loss + 0.5 ** (self.epoch * distributed.get_rank())


def stops_after(rank, world_size):
    """The epochs that a training with early stopping has."""
    regression = Regression(
        modules={"encoder": torch.nn.Linear(TIME, 2)},
        opt_class=lambda parameters: torch.optim.SGD(parameters, lr=0.05),
        run_opts={"device": "cpu", "noprogressbar": True},
        seed=1,
        lr_schedule=Constant(lr=0.05),
        log=Figures(),
    )
    counter = StoppingCounter(20, check_interval=2, patience=4)
    pairs = loader(rank, world_size, steps=1)
    regression.fit(counter, pairs, pairs)
    return [record["epoch"] for record in regression.log.epochs]


def train(rank, world_size, folder):
    """Leaves nothing that would outlive the group of the processes."""
    for factor in FACTORS:
        options = {"grad_accumulation_factor": factor}
        byol = brain(**options)
        byol.fit(range(1, 2), loader(rank, world_size))
        state = {
            "initial": MomentumTarget(network()).state_dict(),
            "target": byol.modules.target.state_dict(),
        }
        torch.save(state, folder / f"{world_size}_{factor}_{rank}.pt")
    epochs = stops_after(rank, world_size)
    torch.save(epochs, folder / f"{world_size}_epochs_{rank}.pt")


def work(rank, folder):
    """Saves the state after training, for each number of processes."""
    # Ends a process that waits for others in vain, and says where
    faulthandler.dump_traceback_later(180, exit=True)
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    for world_size in WORLD_SIZES:
        if rank >= world_size:
            break
        distributed.init_process_group(
            "gloo",
            init_method=f"file://{folder}/{world_size}_processes",
            timeout=timedelta(minutes=2),
            rank=rank,
            world_size=world_size,
        )
        train(rank, world_size, folder)
        gc.collect()
        end_processes()
