"""The batch of all processes, with gradients; averages over processes."""

import torch
from torch import distributed


def gather(x):
    """Joins the rows that each process holds, in the order of the processes.

    For a loss that every process computes of all rows. As each of them then
    has the gradients of all rows, it takes its own ones back without asking,
    times the number of processes, for `DistributedDataParallel` divides the
    gradients of the parameters by that: together they are the gradients that
    one process with all the rows would have.

    Arguments
    ---------
    x : torch.Tensor
        [rows, ...]; the processes may have different numbers of rows.

    Returns
    -------
    gathered : torch.Tensor
        [rows of all processes, ...]; `x` itself where there is one process.

    Example
    -------
    >>> gather(torch.eye(2)).shape
    torch.Size([2, 2])
    """
    return _Gather.apply(x) if _several_processes() else x


@torch.no_grad()
def average(tensors):
    """Sets tensors to their mean over all processes, in place.

    Arguments
    ---------
    tensors : list of torch.Tensor
        Of one floating-point type, of the same shapes on each process.

    Example
    -------
    >>> average([torch.ones(2)])
    """
    if tensors and _several_processes():
        flat = torch.cat([x.flatten() for x in tensors])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        sizes = [x.numel() for x in tensors]
        for x, mean in zip(tensors, flat.split(sizes), strict=True):
            x.copy_(mean.view_as(x))


def _several_processes():
    return distributed.is_initialized() and distributed.get_world_size() > 1


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        counts = _gather_equal(torch.tensor([len(x)], device=x.device))
        counts = torch.cat(counts).tolist()
        rank = distributed.get_rank()
        ctx.own = slice(sum(counts[:rank]), sum(counts[: rank + 1]))
        # Of one size, as not every backend takes different ones
        padded = x.new_zeros(max(counts), *x.shape[1:])
        padded[: len(x)] = x
        parts = _gather_equal(padded)
        return torch.cat(
            [part[:count] for part, count in zip(parts, counts, strict=True)]
        )

    @staticmethod
    def backward(ctx, gradients):
        return gradients[ctx.own] * distributed.get_world_size()


def _gather_equal(x):
    parts = [torch.empty_like(x) for _ in range(distributed.get_world_size())]
    distributed.all_gather(parts, x)
    return parts
