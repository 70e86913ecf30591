"""The processes of a torchrun: who is there, and what they know together."""

import torch
from torch import distributed


def several_processes():
    """Whether this is one of several processes."""
    return (
        distributed.is_available()
        and distributed.is_initialized()
        and distributed.get_world_size() > 1
    )


def is_main():
    """Whether this is the main process."""
    return not several_processes() or distributed.get_rank() == 0


def own_share():
    """Which of how many processes this one is.

    Returns
    -------
    share : dict
        rank and world_size.

    Example
    -------
    >>> own_share()
    {'rank': 0, 'world_size': 1}
    """
    if not several_processes():
        return {"rank": 0, "world_size": 1}
    return {
        "rank": distributed.get_rank(),
        "world_size": distributed.get_world_size(),
    }


def on_main(function, *args, **kwargs):
    """Calls a function on the main process only, and tells all the result.

    All processes must call this.

    Arguments
    ---------
    function : callable
        Its result must be picklable. What it raises is raised on all.
    *args, **kwargs
        What it takes.

    Returns
    -------
    result : object

    Example
    -------
    >>> on_main(max, 1, 2)
    2
    """
    if not several_processes():
        return function(*args, **kwargs)
    outcome = [None, None]
    if is_main():
        try:
            outcome[0] = function(*args, **kwargs)
        except Exception as error:
            outcome[1] = error
    distributed.broadcast_object_list(outcome)
    if outcome[1] is not None:
        raise outcome[1]
    return outcome[0]


def end_processes():
    """Waits for all processes and ends the process group.

    Without it a process that is done may abort, and torchrun then stops the
    others. All processes must call this.

    Returns
    -------
    is_main : bool
        Whether this is the main process, which may have more to do.

    Example
    -------
    >>> end_processes()
    True
    """
    main = is_main()
    if distributed.is_available() and distributed.is_initialized():
        distributed.barrier()
        distributed.destroy_process_group()
    return main


def gather_objects(value):
    """What all processes have, in their order. All processes must call this.

    Arguments
    ---------
    value : object
        Must be picklable.

    Returns
    -------
    values : list

    Example
    -------
    >>> gather_objects("mine")
    ['mine']
    """
    if not several_processes():
        return [value]
    values = [None] * distributed.get_world_size()
    distributed.all_gather_object(values, value)
    return values


def gather(x):
    """Joins the rows of all processes, with gradients.

    For a loss that every process computes of all rows. Each then has the
    gradients of all rows and keeps those of its own, times the number of
    processes: `DistributedDataParallel` divides by that. Together they are the
    gradients of one process with all the rows.

    Arguments
    ---------
    x : torch.Tensor
        [rows, ...]; the processes may have different numbers of rows.

    Returns
    -------
    gathered : torch.Tensor
        [rows of all processes, ...], in the order of the processes; `x` itself
        where there is one process.

    Example
    -------
    >>> gather(torch.eye(2)).shape
    torch.Size([2, 2])
    """
    return _Gather.apply(x) if several_processes() else x


@torch.no_grad()
def average(tensors):
    """Sets tensors to their mean over all processes, in place.

    Arguments
    ---------
    tensors : list of torch.Tensor
        Of one floating-point type, of the same shapes on each process.

    Example
    -------
    >>> values = torch.tensor([1.0, 2.0])
    >>> average([values])
    >>> values  # of one process the mean
    tensor([1., 2.])
    """
    if tensors and several_processes():
        flat = torch.cat([x.flatten() for x in tensors])
        distributed.all_reduce(flat)
        flat /= distributed.get_world_size()
        sizes = [x.numel() for x in tensors]
        for x, mean in zip(tensors, flat.split(sizes), strict=True):
            x.copy_(mean.view_as(x))


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        counts = _gather_equal(torch.tensor([len(x)], device=x.device))
        counts = torch.cat(counts).tolist()
        rank = distributed.get_rank()
        ctx.own = slice(sum(counts[:rank]), sum(counts[: rank + 1]))
        # Padded to one size: not every backend takes different ones
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
