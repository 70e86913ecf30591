"""Takes the folder that a recipe writes into: one run at a time."""

from pathlib import Path

from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.locks import lock_folder
from speechbrain_singer.distributed import on_main
from speechbrain_singer.runs.remembered import (
    NOTE,
    check_former_settings,
    check_same_settings,
    has_results,
    remember,
)
from speechbrain_singer.settings import flat_settings

# SpeechBrain's options that change what is trained
_TRAINING_OPTIONS = (
    "grad_accumulation_factor",
    "max_grad_norm",
    "remove_vector_weight_decay",
    "skip_nonfinite_grads",
)


def claim_output_folder(folder, command, free=()):
    """Makes a folder this run's own.

    The folder is locked as long as this process lives. The results in it, if
    there are any, must come of the same settings, but for those that say where
    and how to run. What a killed run left half written is removed. All
    processes have to call this.

    Arguments
    ---------
    folder : str or Path
        Is made if need be.
    command : tuple
        What `parse_arguments` returned.
    free : sequence of str
        Settings that may differ too.

    Raises
    ------
    InUseError
        If another run is using the folder.
    OSError
        If it cannot be written to.
    ValueError
        If it holds results of other settings; the message names them.
    """
    on_main(_claim, folder, command, free)


def _claim(folder, command, free):
    folder = Path(folder)
    check_writable(folder)
    lock_folder(folder)
    sweep(folder)
    hparams_file, run_opts, overrides = command
    settings = flat_settings(hparams_file, overrides)
    for name in _TRAINING_OPTIONS:
        if name in run_opts.overridden_args:
            settings[name] = getattr(run_opts, name)
    if has_results(folder):
        if (folder / NOTE).is_file():
            check_same_settings(folder, settings, free)
        else:
            check_former_settings(folder, command, free)
    remember(folder, settings)
