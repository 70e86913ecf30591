"""Training BYOL on one of several processes, for test_processes.py."""

import faulthandler
import os
from datetime import timedelta

import torch
from speechbrain.utils.train_logger import FileTrainLogger
from torch import distributed
from torch.utils.data import DataLoader

from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.ssl.byol import BYOLBrain
from speechbrain_singer.ssl.momentum import MomentumTarget
from speechbrain_singer.training.schedules import CosineMomentum, WarmupCosine

STEPS = 10
BATCH = 4  # of each process
TIME = 6
WORLD_SIZES = [3, 2]  # the third process stays away from the second one
FACTORS = [1, 2, 3]  # of gradient accumulation


class Same(torch.nn.Module):
    """In place of the augmentation."""

    def forward(self, wavs, streams):
        return wavs


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


def brain_of(folder, rank=0, world_size=1, steps=STEPS, **run_opts):
    """A BYOLBrain for one epoch of so many batches."""
    online = network()
    hparams = {
        "seed": 1,
        "lr_schedule": WarmupCosine(lr=0.05, warmup_epochs=0, epochs=2),
        "predictor_lr_scale": 1.0,
        "momentum_schedule": CosineMomentum(base=0.8, epochs=2),
        "train_logger": FileTrainLogger(folder / "log.txt"),
        "history_file": folder / "history.jsonl",
        "use_tensorboard": False,
        "tensorboard_folder": folder / "tensorboard",
    }
    brain = BYOLBrain(
        modules={
            **online,
            "augmentation": Same(),
            "predictor": torch.nn.Linear(5, 5),
            "target": MomentumTarget(online),
            "objective": BYOLLoss(),
        },
        opt_class=lambda parameters: torch.optim.SGD(parameters, lr=0.05),
        hparams=hparams,
        run_opts={"device": "cpu", "noprogressbar": True, **run_opts},
    )
    brain.train_sampler = ClipBatches(
        steps * BATCH * world_size, BATCH, rank, world_size
    )
    return brain


def batches(rank=0, steps=STEPS):
    """Batches of pairs of clips, others on each process."""
    generator = torch.Generator().manual_seed(rank)
    clips = torch.randn(steps, BATCH, 2, TIME, generator=generator)
    rows = torch.zeros(BATCH, 2, dtype=torch.long)
    group = torch.arange(BATCH)
    rest = {"seeds": rows, "rows": rows, "group": group}
    # A loader, as SpeechBrain would make one that puts batches into batches
    return DataLoader([{"clips": x, **rest} for x in clips], batch_size=None)


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
        for factor in FACTORS:
            options = {"grad_accumulation_factor": factor}
            brain = brain_of(folder, rank, world_size, **options)
            brain.fit(range(1, 2), batches(rank))
            state = {
                "initial": MomentumTarget(network()).state_dict(),
                "target": brain.modules.target.state_dict(),
            }
            torch.save(state, folder / f"{world_size}_{factor}_{rank}.pt")
        distributed.destroy_process_group()
