"""Runs of a cross-validation: which folds, and on which process."""

import os
from dataclasses import replace
from pathlib import Path

import torch
from speechbrain.utils.distributed import ddp_init_group
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.files import read_json
from speechbrain_singer.dataio.locks import one_at_a_time
from speechbrain_singer.runs.remembered import (
    NOTE,
    check_same_settings,
    has_results,
    remember,
)

logger = get_logger(__name__)

ALL = "all"
METRICS = "metrics.json"
_FOLDS = "by_*/fold_*"
# Settings that say how folds are made and which is trained
_OF_FOLDS = ("fold", "folds", "group_by")
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


def train_folds(train, command, fold, count):
    """Trains the folds that are asked for, each process its own.

    One fold is trained by all processes together. Of several one that fails
    does not stop the others.

    Arguments
    ---------
    train : callable
        Given a command of one fold, trains it.
    command : tuple
        Path of the YAML, options and overrides, as `parse_arguments` returns
        them.
    fold : int or str
        As `asked_folds` takes it.
    count : int
        How many there are.

    Raises
    ------
    RuntimeError
        If folds failed, once the others have been trained.
    """
    hparams_file, run_opts, overrides = command
    folds = asked_folds(fold, count)
    if len(folds) == 1:
        ddp_init_group(run_opts)
        train(hparams_file, run_opts, overrides | {"fold": folds[0]})
        return
    own, run_opts = own_runs(folds, run_opts)
    failures = {
        fold: _failure(
            train, hparams_file, run_opts, overrides | {"fold": fold}
        )
        for fold in own
    }
    failed = {fold: error for fold, error in failures.items() if error}
    if failed:
        fold, error = failed.popitem()
        others = f" (and {len(failed)} others)" if failed else ""
        raise RuntimeError(f"fold {fold}{others} failed: {error}") from error


def _failure(train, *command):
    """Trains one fold of several; what it fails of, or None."""
    try:
        train(*command)
    # Whatever it is, the others go on
    except Exception as error:
        logger.exception("Fold %d failed", command[2]["fold"])
        return error
    return None


def check_same_in_all_folds(folder, settings, free=()):
    """Refuses settings that other folds were not trained with.

    How folds are made may differ, as folds by recording and by song stand on
    one page.

    Arguments
    ---------
    folder : str or Path
        With `by_<column>/fold_<number>`, the folders of the folds.
    settings : dict
        As `flat_settings` returns them.
    free : sequence of str
        Settings that may differ too.

    Raises
    ------
    ValueError
        If they differ from those of other folds; the message names them.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> check_same_in_all_folds(folder, {"fold": 0, "lr": 0.1})
    >>> check_same_in_all_folds(folder, {"fold": 1, "lr": 0.1})
    """
    folder = Path(folder)
    with one_at_a_time(folder):
        trained = any(map(has_results, folder.glob(_FOLDS)))
        if trained and (folder / NOTE).is_file():
            check_same_settings(folder, settings, (*_OF_FOLDS, *free))
        remember(folder, settings)


def is_done(folder, epochs, last=METRICS):
    """Whether a run has ended that was asked for so many epochs.

    Arguments
    ---------
    folder : str or Path
        Of the run, with its `metrics.json` if it has ended.
    epochs : int
    last : str
        The file in it that is written last of all.

    Returns
    -------
    is_done : bool
    """
    metrics, last = Path(folder, METRICS), Path(folder, last)
    if not metrics.is_file() or not last.is_file():
        return False
    if last.stat().st_mtime_ns < metrics.stat().st_mtime_ns:
        return False  # it is of an earlier run
    figures = read_json(metrics, "delete it, and the run ends anew")
    return figures.get("epochs_asked") == epochs


def outcomes_of(folder):
    """The figures of all folds that have ended.

    Arguments
    ---------
    folder : str or Path
        With `by_<column>/fold_<number>/metrics.json`.

    Returns
    -------
    outcomes : dict of str to list of dict
        By column, what stands there, in the order of the folds.
    """
    outcomes = {}
    for path in sorted(Path(folder).glob(f"{_FOLDS}/{METRICS}")):
        group = path.parents[1].name.removeprefix("by_")
        figures = read_json(path, "delete it, and the fold ends anew")
        outcomes.setdefault(group, []).append(figures)
    return {
        group: sorted(own, key=lambda figures: figures["fold"])
        for group, own in outcomes.items()
    }
