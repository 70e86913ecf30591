"""Opens the folder that a recipe writes into: one run at a time."""

import speechbrain as sb

from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.locks import lock_folder
from speechbrain_singer.distributed import on_main
from speechbrain_singer.runs.remembered import check_same_settings, remember
from speechbrain_singer.settings import flat_settings

# SpeechBrain's options that change what is trained
_TRAINING_OPTIONS = (
    *("grad_accumulation_factor", "max_grad_norm"),
    *("remove_vector_weight_decay", "skip_nonfinite_grads"),
)


def open_output_folder(folder, command, free=()):
    """Makes a folder this run's own, and starts its log.

    The folder is locked as long as this process lives. What it holds must come
    of the same settings, but for those that say where and how to run. What a
    killed run left half written is removed. All processes have to call this.

    Arguments
    ---------
    folder : str or Path
    command : tuple
        What `parse_arguments` returned.
    free : sequence of str
        Settings that may differ from those that the results come of.

    Raises
    ------
    InUseError
        If another run is using the folder.
    OSError
        If it cannot be written to.
    ValueError
        If it holds results of other settings; the message names them.
    """
    hparams_file, _, overrides = command
    on_main(_claim, folder, command, free)
    sb.create_experiment_directory(
        experiment_directory=str(folder),
        hyperparams_to_save=hparams_file,
        overrides=overrides,
    )


def _claim(folder, command, free):
    check_writable(folder)
    lock_folder(folder)
    sweep(folder)
    hparams_file, run_opts, overrides = command
    settings = flat_settings(hparams_file, overrides)
    for name in _TRAINING_OPTIONS:
        if name in run_opts.overridden_args:
            settings[name] = getattr(run_opts, name)
    check_same_settings(folder, settings, free)
    remember(folder, settings)
