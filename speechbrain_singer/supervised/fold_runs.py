"""Runs of a cross-validation: which folds, and on which process."""

import os
from dataclasses import replace

import torch

from speechbrain_singer.checks import check_whole

ALL = "all"
# What torchrun tells its processes; without it they know nothing of each other
_OF_TORCHRUN = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")


def asked_folds(fold, count):
    """The folds to train, by what a command line says.

    Arguments
    ---------
    fold : int or str
        A number from 0 on, or "all".
    count : int
        How many folds there are.

    Returns
    -------
    folds : list of int

    Raises
    ------
    ValueError
        If there is no such fold.

    Example
    -------
    >>> asked_folds("all", 3), asked_folds("2", 3)
    ([0, 1, 2], [2])
    """
    check_whole("folds", count, least=2)
    if fold == ALL:
        return list(range(count))
    number = int(fold) if str(fold).isdecimal() else fold
    check_whole(f"fold, if not {ALL!r}", number, least=0, most=count - 1)
    return [number]


def own_runs(runs, run_opts):
    """Those of several runs that are this process's own.

    Of a torchrun each process has its share of them, and does them by itself,
    on one GPU where there are any: folds need not know of each other.

    Arguments
    ---------
    runs : list
    run_opts : speechbrain.utils.run_opts.RunOptions

    Returns
    -------
    runs : list
    run_opts : speechbrain.utils.run_opts.RunOptions
        Of a process without others.

    Example
    -------
    >>> from speechbrain.utils.run_opts import RunOptions
    >>> own_runs(["fold 0", "fold 1"], RunOptions())[0]
    ['fold 0', 'fold 1']
    """
    if len(runs) < 2 or "RANK" not in os.environ:
        return runs, run_opts
    told = [os.environ.pop(name, "0") for name in _OF_TORCHRUN]
    rank, processes, local_rank = map(int, told[:3])
    device = run_opts.device
    if device in (None, "cuda") and torch.cuda.is_available():
        device = f"cuda:{local_rank % torch.cuda.device_count()}"
    options = replace(run_opts, device=device, distributed_launch=False)
    return runs[rank::processes], options
