"""With which settings the results in a folder were made."""

import json
import os
from pathlib import Path

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open

logger = get_logger(__name__)

NOTE = "settings.json"
# Files that somebody worked for: of a training, and of a measurement
_RESULTS = ("save/CKPT*", "encoder/hyperparams.yaml", "metrics.json")
# Settings that may be paths, besides those that are called folders and files
_PATHS = ("encoder", "trials")
# Settings, wherever they stand, that say where and how to run, not what comes
# of it
_HOW = {
    *("cache_folder", "calibrate", "chunk_size", "ckpt_interval_minutes"),
    *("colours", "epochs", "manifest_folder", "num_workers", "output_folder"),
    *("precision", "use_tensorboard"),
}
_SHOWN = 6  # differences in a message


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


def check_same_settings(folder, settings, free=()):
    """Refuses a folder whose results were made with other settings.

    A folder without a checkpoint, an encoder or figures takes any settings.

    Arguments
    ---------
    folder : str or Path
    settings : dict
        As `flat_settings` returns them.
    free : sequence of str
        Settings that may differ, besides those that say where and how to run.

    Raises
    ------
    ValueError
        If settings differ; the message names them, with both values.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> remember(folder, {"lr": 0.1, "epochs": 4})
    >>> (folder / "metrics.json").touch()
    >>> check_same_settings(folder, {"lr": 0.1, "epochs": 8})
    >>> check_same_settings(folder, {"lr": 0.2, "epochs": 8})
    Traceback (most recent call last):
    ValueError: ... of other settings, which would be replaced: lr is 0.2, \
there 0.1; name another output_folder, or give the settings of that run
    """
    folder = Path(folder)
    if not any(any(folder.glob(pattern)) for pattern in _RESULTS):
        return
    if not (folder / NOTE).is_file():
        logger.warning(
            "%s: has results, but no %s that says of which settings; they are "
            "taken for results of these",
            *(folder, NOTE),
        )
        return
    differences = _differences(
        _with_whole_paths(settings), _read(folder / NOTE), {*_HOW, *free}
    )
    if differences:
        shown = ", ".join(differences[:_SHOWN])
        more = len(differences) - _SHOWN
        raise ValueError(
            f"{folder} holds results of other settings, which would be "
            f"replaced: {shown}"
            + (f" and {more} more" if more > 0 else "")
            + "; name another output_folder, or give the settings of that run"
        )


def _differences(now, then, ignored):
    texts = []
    for name in sorted(now.keys() | then.keys()):
        if name.rpartition(".")[2] in ignored:
            continue
        mine, others = (s.get(name, "not set") for s in (now, then))
        if mine != others:
            texts.append(f"{name} is {mine}, there {others}")
    return texts


def _with_whole_paths(settings):
    """Folders by their absolute paths, as a run may start from elsewhere."""
    return {
        name: os.path.abspath(value) if _is_path(name, value) else value
        for name, value in settings.items()
    }


def _is_path(name, value):
    if not isinstance(value, str) or value.startswith("!"):
        return False
    may_be = name in _PATHS and os.path.exists(value)
    return may_be or name.endswith(("_folder", "_file"))


def _read(note):
    try:
        settings = json.loads(note.read_text(encoding="utf-8"))
        if isinstance(settings, dict):
            return settings
    except ValueError:
        pass
    raise ValueError(
        f"{note}: damaged: if the results beside it are of the settings now "
        "given, delete this file to go on; else name another output_folder"
    )
