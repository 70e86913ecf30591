"""Where an encoder is loaded from: a bundled one, a folder, or the hub."""

import json
import shutil
from pathlib import Path

from speechbrain.utils.fetching import FetchConfig, FetchFrom, FetchSource
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_open, atomic_path
from speechbrain_singer.dataio.hub import (
    fetch_options,
    fetch_repository,
    find_folder,
    matching_files,
)
from speechbrain_singer.inference.bundled import bundled_folders

logger = get_logger(__name__)

HPARAMS_FILE = "hyperparams.yaml"
WEIGHTS_FILE = "encoder.safetensors"
FORMER_WEIGHTS_FILE = "encoder.ckpt"
CALIBRATION_FILE = "calibration.yaml"
# For people, and never fetched: the model's card, and how it was trained
CARD_FILE = "README.md"
LOG_FILE = "train_log.txt"
_NOTE = ".source.json"  # in a savedir: what it is a copy of


def files_of(hparams_file=HPARAMS_FILE):
    """Names of the files of an encoder, the one that describes it first."""
    others = [WEIGHTS_FILE, FORMER_WEIGHTS_FILE, CALIBRATION_FILE]
    return [str(hparams_file), *others]


def encoder_folder(source, savedir=None, fetch_config=None, files=None):
    """The folder with an encoder, fetched from the hub if need be.

    The name of a bundled encoder goes before a folder of that name in the
    working directory: the same line loads the same encoder everywhere. The
    folder is `./name`, or `Path("name")`.

    Arguments
    ---------
    source : str or Path or FetchSource
        The name of a bundled encoder (`bundled_folders`), a folder, or a
        repository on the Hugging Face hub.
    savedir : str or Path, optional
        Where a repository is copied to, and found the next time, without a
        network too. A folder is loaded from where it lies.
    fetch_config : FetchConfig, optional
        SpeechBrain's.
    files : list of str, optional
        Patterns of what is needed, the description's name first; `files_of`
        an encoder if left out.

    Returns
    -------
    folder : Path

    Raises
    ------
    OSError
        If a repository cannot be fetched; FileNotFoundError if there is no
        such folder.
    ValueError
        If the source is a web address, or `savedir` has another source.

    Example
    -------
    >>> encoder_folder(getfixture("tmp_path") / "results" / "encoder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: ...results/encoder: no such folder; the bundled \
encoders are ...
    """
    bundled = bundled_folders()
    # Neither a Path nor a FetchSource is a name
    if isinstance(source, str) and source in bundled:
        folder, hidden = bundled[source], Path(source)
        if hidden.is_dir() and not hidden.samefile(folder):
            logger.warning(
                "%s: the bundled encoder is taken; the folder here is ./%s",
                *(source, source),
            )
        return folder
    if isinstance(source, FetchSource):
        kind, source = source
        source = Path(source) if kind is FetchFrom.LOCAL else str(source)
    try:
        folder = find_folder(source)
    except FileNotFoundError as error:
        names = ", ".join(bundled) or "none"
        raise FileNotFoundError(
            f"{error}; the bundled encoders are {names}"
        ) from error
    if folder is not None:
        return folder
    config = fetch_config or FetchConfig()
    options = fetch_options(config)
    files = files or files_of()
    if savedir is None:
        return fetch_repository(source, files, **options)
    savedir = Path(savedir).expanduser()
    note = {"repository": source, "revision": config.revision, "files": files}
    has_all = _check_note(savedir, note)
    if config.overwrite or config.allow_updates or not has_all:
        _copy(fetch_repository(source, files, **options), savedir, note)
    return savedir


def _check_note(savedir, note):
    """Whether all that is needed is there.

    A folder of another source is refused, or of none that is known.
    """
    try:
        found = json.loads((savedir / _NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        found = None
    except ValueError:
        found = "something that cannot be read"
    ours = (HPARAMS_FILE, WEIGHTS_FILE, FORMER_WEIGHTS_FILE)
    if found is None and any((savedir / name).exists() for name in ours):
        found = "something unknown"
    if found is None:
        return False
    if not isinstance(found, dict) or any(
        found.get(key) != note[key] for key in ("repository", "revision")
    ):
        raise ValueError(
            f"savedir {savedir} holds {_shown(found)}, not {_shown(note)}: "
            "name another savedir for it, or delete that folder"
        )
    # Notes of older versions do not say it
    files = found.get("files") or files_of()
    is_enough = "*" in files or set(note["files"]) <= set(files)
    return is_enough and (savedir / note["files"][0]).is_file()


def _shown(note):
    if not isinstance(note, dict):
        return note
    revision = note.get("revision")
    return str(note.get("repository")) + (f" at {revision}" if revision else "")


def _copy(folder, savedir, note):
    """Copies what was fetched; its first file says that all is there."""
    last, *others = note["files"]
    savedir.mkdir(parents=True, exist_ok=True)
    with atomic_open(savedir / _NOTE) as file:
        json.dump(note, file)
    for name in (last, FORMER_WEIGHTS_FILE, CALIBRATION_FILE):
        (savedir / name).unlink(missing_ok=True)
    paths = matching_files(folder, [last, *others])
    for path in sorted(paths, key=lambda path: path == folder / last):
        target = savedir / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(target) as temporary:
            shutil.copyfile(path, temporary)
