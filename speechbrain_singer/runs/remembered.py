"""With which settings the results in a folder were made."""

import json
import os
import re
from pathlib import Path

from speechbrain_singer.dataio.files import atomic_open, read_json
from speechbrain_singer.settings import flat_settings, is_path

NOTE = "settings.json"
# SpeechBrain's note, of runs that began before there was the other one
_FORMER_NOTE = "hyperparams.yaml"
# Files that somebody worked for: of a training, a measurement, a separation,
# of shards
_RESULTS = (
    *("save/CKPT*", "*/save/CKPT*"),  # the latter in stages
    *("encoder/hyperparams.yaml", "metrics.json"),
    *("vocals/**/*.flac", "written/*.json"),
)
# Settings, wherever they stand, that say where and how to run, not what comes
# of it
_HOW = {
    *("cache_folder", "calibrate", "chunk_size", "ckpt_interval_minutes"),
    *("colours", "epochs", "excerpts", "manifest_folder", "num_workers"),
    *("output_folder", "precision", "replicates", "tuned_epochs"),
    "use_tensorboard",
}
# As these are called where SpeechBrain's note has their values in their places
_HOW_BUILT = {"checkpoints_dir", "folder", "limit"}
# Where a YAML says which of its other settings stand beside figures
_QUOTED = "settings"
_SHOWN = 6  # differences in a message
_TOP = re.compile(r"[^.[]*")  # of the name of a setting, as in a.b, c[0]


def remember(folder, settings):
    """Notes the settings that a folder's results are made with.

    Arguments
    ---------
    folder : str or Path
    settings : dict
        As `flat_settings` returns them.
    """
    with atomic_open(Path(folder, NOTE)) as file:
        json.dump(_with_whole_paths(settings), file, indent=1)


def has_results(folder):
    """Whether a folder has a checkpoint, an encoder, figures or vocals."""
    return any(any(Path(folder).glob(pattern)) for pattern in _RESULTS)


def check_same_settings(folder, settings, free=()):
    """Refuses a folder whose results were made with other settings.

    Arguments
    ---------
    folder : str or Path
    settings : dict
        As `flat_settings` returns them.
    free : sequence of str
        Settings that may differ, besides those that say where and how to run;
        with all that stands below them.

    Raises
    ------
    ValueError
        If settings differ; the message names them, with both values.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> remember(folder, {"lr": 0.1, "epochs": 4})
    >>> check_same_settings(folder, {"lr": 0.1, "epochs": 8})
    >>> check_same_settings(folder, {"lr": 0.2, "epochs": 8})
    Traceback (most recent call last):
    ValueError: ...other settings, which would be replaced: lr is 0.2 now, 0.1 \
then; name another output_folder, or give the settings of that run
    """
    then = read_json(
        Path(folder, NOTE),
        "if the results beside it are of the settings now given, delete this "
        "file to go on; else name another output_folder",
    )
    _refuse(folder, _with_whole_paths(settings), then, {*_HOW, *free})


def check_former_settings(folder, command, free=()):
    """As `check_same_settings`, of a folder that has only SpeechBrain's note.

    Arguments
    ---------
    folder : str or Path
    command : tuple
        What `parse_arguments` returned.
    free : sequence of str

    Raises
    ------
    ValueError
        If settings differ, or there is no note either.
    """
    note = Path(folder, _FORMER_NOTE)
    if not note.is_file():
        raise ValueError(
            f"{folder} holds results, and neither {NOTE} nor {_FORMER_NOTE} "
            "says of which settings: name another output_folder"
        )
    hparams_file, _, overrides = command
    now = flat_settings(hparams_file, overrides, resolved=True)
    then = flat_settings(note)
    _refuse(folder, now, then, {*_HOW, *_HOW_BUILT, *free})


def _refuse(folder, now, then, ignored):
    differences = [
        f"{name} is {now.get(name, 'not set')} now, "
        f"{then.get(name, 'not set')} then"
        for name in sorted(now.keys() | then.keys(), key=_depth)
        if not {_TOP.match(name)[0], name.rpartition(".")[2]} & ignored
        and not name.startswith("__")
        and _QUOTED not in name.split(".")[:-1]
        and not _alike(now.get(name, "not set"), then.get(name, "not set"))
    ]
    if differences:
        shown = ", ".join(differences[:_SHOWN])
        more = len(differences) - _SHOWN
        raise ValueError(
            f"{folder} holds results of other settings, which would be "
            f"replaced: {shown}"
            + (f" and {more} more" if more > 0 else "")
            + "; name another output_folder, or give the settings of that run"
        )


def _depth(name):
    """Sorts settings: those at the top first."""
    return name.count(".") + name.count("["), name


def _alike(one, other):
    kinds = isinstance(one, bool), isinstance(other, bool)
    both_nan = one != one and other != other
    return kinds[0] == kinds[1] and (one == other or both_nan)


def _with_whole_paths(settings):
    """Folders by their real paths, as a run may start from elsewhere."""
    return {
        name: os.path.realpath(value) if _is_path(name, value) else value
        for name, value in settings.items()
    }


def _is_path(name, value):
    name = name.rpartition(".")[2]
    if not is_path(name) or not isinstance(value, str) or value[:1] == "!":
        return False
    # An encoder and trials may be names as well
    return name.endswith(("_folder", "_file")) or os.path.exists(value)
