"""How a run of a recipe begins: its settings are built, its folder is taken."""

from speechbrain_singer.distributed import on_main
from speechbrain_singer.inference.export import check_can_export
from speechbrain_singer.runs.output_folder import claim_output_folder
from speechbrain_singer.settings import load_settings


def begin_run(command, folder_key="output_folder", free=(), exported="encoder"):
    """Builds what a YAML says, and takes the folder of a run for it.

    Whether an encoder can be exported there is tried before anything else. The
    script itself calls `sb.create_experiment_directory`, which keeps a copy of
    whoever calls it.

    Arguments
    ---------
    command : tuple
        Path of the YAML, options and overrides, as `parse_arguments` returns
        them.
    folder_key : str
        The setting that names the folder.
    free : sequence of str
        Settings that may differ from those of a former run in the folder.
    exported : str
        Where in the folder the encoder is to be.

    Returns
    -------
    hparams : dict
        All that was built.
    folder : str

    Raises
    ------
    OSError
        If the folder is taken, or cannot be written.
    ValueError
        If it holds results of other settings.
    """
    hparams_file, _, overrides = command
    hparams = load_settings(hparams_file, overrides)
    folder = hparams[folder_key]
    claim_output_folder(folder, command, free=free)
    on_main(check_can_export, f"{folder}/{exported}")
    return hparams, folder
