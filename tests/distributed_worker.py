"""What one of several processes does for test_distributed.py."""

import faulthandler
from datetime import timedelta

import torch
from pairs_of_singers import PairsOfSingers
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from speechbrain_singer.distributed import (
    average,
    gather,
    several_processes,
)
from speechbrain_singer.lobes.chunks import in_chunks
from speechbrain_singer.lobes.heads import ProjectionHead
from speechbrain_singer.objectives.bilinear import BilinearLoss
from speechbrain_singer.objectives.byol import BYOLLoss
from speechbrain_singer.objectives.contrastive import ContrastiveLoss
from speechbrain_singer.objectives.contrastive_vc import ContrastiveVCLoss
from speechbrain_singer.objectives.dino import DINOLoss
from speechbrain_singer.objectives.supervised_contrastive import (
    SupervisedContrastiveLoss,
)
from speechbrain_singer.objectives.uniformity_alignment import (
    UniformityAlignmentLoss,
)
from speechbrain_singer.objectives.vicreg import VICRegLoss

# Examples on each process; those that stay away in the end come first
SIZES = [(4, 3, 2), (5, 3)]
INPUT_DIM, PROJECTION_DIM = 6, 5


class OfTwoViews(BYOLLoss):
    """BYOL, called as the others are, with targets that are constants."""

    def forward(self, first, second, groups):
        predictions = torch.stack([first, second])
        targets = predictions.detach().roll(1, dims=-1).square()
        return super().forward(predictions, targets)


class Distilled(DINOLoss):
    """DINO of three views, with a teacher that is a constant, and KoLeo."""

    def __init__(self):
        super().__init__(PROJECTION_DIM, koleo=0.1)

    def forward(self, first, second, groups):
        student = torch.stack([first, second, first * second])
        teacher = student[:2].detach().roll(1, dims=-1).square()
        return super().forward(student, teacher, student[:2], 0.04, groups)


class Bilinear(BilinearLoss):
    """With weights to start from, and silence in group 0."""

    def __init__(self):
        torch.manual_seed(1)
        super().__init__(PROJECTION_DIM)

    def forward(self, first, second, groups):
        return super().forward(first, second, groups - 1)


OBJECTIVES = {
    "bilinear": Bilinear,
    "contrastive": ContrastiveLoss,
    "symmetric": lambda: ContrastiveLoss(symmetric=True),
    "nt_xent": lambda: ContrastiveLoss(decoupled=False, symmetric=True),
    "contrastive_vc": ContrastiveVCLoss,
    "uniformity_alignment": UniformityAlignmentLoss,
    "vicreg": VICRegLoss,
    "byol": OfTwoViews,
    "dino": Distilled,
    "siamese": PairsOfSingers,
    "hardest": lambda: PairsOfSingers(negatives="hardest"),
    "supervised_contrastive": SupervisedContrastiveLoss,
}


def examples(batch):
    """Views [batch, 2, INPUT_DIM], and groups that several processes have."""
    generator = torch.Generator().manual_seed(batch)
    views = torch.randn(batch, 2, INPUT_DIM, generator=generator).double()
    return views, torch.arange(batch) * 5 % 6


def network(whiten):
    """An encoder without batch statistics, and the projections' head."""
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(INPUT_DIM, 16),
        torch.nn.Tanh(),
        torch.nn.Linear(16, 12),
        ProjectionHead(12, PROJECTION_DIM, whiten),
    ).double()


class InChunks(torch.nn.Module):
    """A model that takes two examples at a time."""

    def __init__(self, model):
        super().__init__()
        self.body, self.head = model[:-1], model[-1]

    def forward(self, views):
        return self.head(in_chunks(self.body, self.body, views, 2))


def train_once(name, whiten, views, groups, wrap=lambda model: model):
    """The loss of an objective, and the gradients of all parameters.

    Those of the objective are among them.
    """
    model = wrap(network(whiten))
    projections = model(views.transpose(0, 1).flatten(0, 1))
    objective = OBJECTIVES[name]()
    own = list(objective.parameters())
    if own and several_processes():
        objective = DistributedDataParallel(objective)
    loss = objective(*projections.unflatten(0, (2, -1)), groups)
    loss.backward()
    gradients = [p.grad.flatten() for p in (*model.parameters(), *own)]
    return {"loss": loss.detach(), "gradient": torch.cat(gradients)}


def evaluate(name, views, groups):
    """The loss of an objective in evaluation mode."""
    model, objective = network(whiten=True).eval(), OBJECTIVES[name]().eval()
    with torch.no_grad():
        return objective(*model(views.transpose(0, 1)), groups)


def centre(views, groups):
    """Of DINO's teacher, after one batch."""
    objective = Distilled()
    objective(*views[..., :PROJECTION_DIM].transpose(0, 1), groups)
    return objective.centre


def complaint(projections):
    """What the last process's only NaN lets this one say."""
    if distributed.get_rank() == distributed.get_world_size() - 1:
        projections[0, 0, 0] = torch.nan
    try:
        VICRegLoss()(*projections.transpose(0, 1))
    except ValueError as error:
        return str(error)


def measure(views, groups):
    """All that is measured on one process, of its own examples."""
    rows = views.flatten(1).requires_grad_()
    gathered = gather(rows)
    weights = torch.arange(1.0, len(gathered) + 1, dtype=rows.dtype)
    (gathered.sum(dim=1) @ weights).backward()
    means = [torch.full((2,), float(len(views))), groups[:1].float()]
    average(means)
    results = {
        "rows": gathered.detach(),
        "rows_gradient": rows.grad,
        "groups": gather(groups),
        "bfloat16": gather(views.bfloat16()),
        "few": gather(views[: len(views) - 2]),
        "means": means,
        "centre": centre(views, groups),
        "complaint": complaint(views.clone()),
    }
    for name in OBJECTIVES:
        results[name, "eval"] = evaluate(name, views, groups)
        for whiten in (False, True):
            results[name, whiten] = train_once(
                name, whiten, views, groups, DistributedDataParallel
            )
        results[name, "chunks"] = train_once(
            name,
            False,
            views,
            groups,
            lambda model: DistributedDataParallel(InChunks(model)),
        )
    return results


def work(rank, folder):
    """Saves what process `rank` measures, for each number of processes."""
    # Ends a process that waits for others in vain, and says where
    faulthandler.dump_traceback_later(180, exit=True)
    torch.set_num_threads(1)
    for sizes in SIZES:
        if rank >= len(sizes):
            break
        name = f"{len(sizes)}_processes"
        distributed.init_process_group(
            "gloo",
            init_method=f"file://{folder}/{name}",
            timeout=timedelta(minutes=2),
            rank=rank,
            world_size=len(sizes),
        )
        views, groups = examples(sum(sizes))
        own = slice(sum(sizes[:rank]), sum(sizes[: rank + 1]))
        results = measure(views[own].clone(), groups[own])
        torch.save(results, folder / f"{name}_{rank}.pt")
        distributed.destroy_process_group()
