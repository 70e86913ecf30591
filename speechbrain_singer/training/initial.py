"""Weights to begin with: those of another run."""

from pathlib import Path

from speechbrain_singer.training.checkpoints import AtomicCheckpointer

_FIGURES = ("EER", "loss")  # by which runs choose, whichever they have


def with_weights_of(modules, run_folder=None):
    """Modules with the weights of another run's best checkpoint.

    For training that goes on with other data or another rate: a new run, with
    an optimiser and epochs of its own. So CVSM's real mixtures follow
    artificial ones.

    Arguments
    ---------
    modules : dict of str to torch.nn.Module
        Changed in place.
    run_folder : str or Path, optional
        The `output_folder` of the other run. Without it nothing is changed.

    Returns
    -------
    modules : dict of str to torch.nn.Module

    Raises
    ------
    FileNotFoundError
        If there is no checkpoint in that folder.
    RuntimeError
        If it is of a model with other settings.

    Example
    -------
    >>> with_weights_of({}, getfixture("tmp_path"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: ...: no checkpoint of a run: name its output_folder
    """
    if run_folder is None:
        return modules
    folder = Path(run_folder, "save")
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{run_folder}: no checkpoint of a run: name its output_folder"
        )
    own = {name: m for name, m in modules.items() if m.state_dict()}
    checkpointer = AtomicCheckpointer(folder, own, allow_partial_load=True)
    found = [
        checkpointer.find_checkpoint(
            min_key=figure,
            ckpt_predicate=lambda each, figure=figure: figure in each.meta,
        )
        for figure in _FIGURES
    ]
    best = next(filter(None, found), None)
    if best is None:
        raise FileNotFoundError(
            f"{folder}: no checkpoint of a run that was validated"
        )
    lacking = own.keys() - best.paramfiles.keys()
    if lacking:
        raise RuntimeError(
            f"{best.path}: of a model without {', '.join(sorted(lacking))}"
        )
    checkpointer.load_checkpoint(best)
    return modules
