"""Where an encoder is loaded from: errors that say what is wrong with it."""

from contextlib import contextmanager
from pathlib import Path

import yaml
from speechbrain.utils.fetching import FetchConfig, FetchSource, fetch

from speechbrain_singer.dataio.weights import HUB_ERRORS

_NEEDED = ("modules", "pretrainer", "window_seconds")


def check_source(source, hparams_file, savedir=None, fetch_config=None):
    """Makes sure that there is an encoder to load, before it is loaded.

    Arguments
    ---------
    source : str or Path or FetchSource
        A folder or a repository on the Hugging Face hub.
    hparams_file : str
        Name of the hyperparameters file in it.
    savedir, fetch_config
        As SpeechBrain's `fetch` takes them.

    Returns
    -------
    source : str or FetchSource
        As SpeechBrain's `fetch` takes it.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no hyperparameters file in it.
    OSError
        If a hub repository cannot be fetched.
    ValueError
        If the hyperparameters file is not YAML or lacks a key.
    """
    if not isinstance(source, FetchSource):
        source = _local_or_hub(source, hparams_file)
    with hub_errors(source):
        path = fetch(
            hparams_file,
            source,
            savedir=savedir,
            fetch_config=fetch_config or FetchConfig(),
        )
    missing = [key for key in _NEEDED if key not in _top_keys(path)]
    if missing:
        raise ValueError(
            f"{path}: no key {missing[0]!r}; an encoder's {hparams_file} "
            f"needs {', '.join(_NEEDED)}"
        )
    return source


@contextmanager
def hub_errors(source):
    """Turns what the hub's client raises into errors that name the source.

    Example
    -------
    >>> from huggingface_hub.errors import LocalEntryNotFoundError
    >>> with hub_errors("nobody/nothing"):
    ...     raise LocalEntryNotFoundError("offline")
    Traceback (most recent call last):
        ...
    OSError: 'nobody/nothing' is not a folder here, and the hub repository...
    """
    try:
        yield
    except HUB_ERRORS as err:
        raise OSError(
            f"{str(source)!r} is not a folder here, and the hub repository of "
            f"that name cannot be fetched: {err}"
        ) from err


def _local_or_hub(source, hparams_file):
    folder = Path(source).expanduser()
    if folder.is_dir():
        if not (folder / hparams_file).is_file():
            raise FileNotFoundError(
                f"{folder}: no {hparams_file} in this folder; give the folder "
                "that training wrote as <output_folder>/encoder"
            )
        return str(folder)
    source = str(source)
    is_url = source.startswith(("http:", "https:"))
    if not is_url and (isinstance(source, Path) or _looks_local(source)):
        reason = "a file, not a folder" if folder.exists() else "no such folder"
        raise FileNotFoundError(f"{source}: {reason}")
    return source


def _looks_local(source):
    return source.startswith((".", "~", "/")) or (
        source.count("/") > 1 or "\\" in source or Path(source).exists()
    )


def _top_keys(path):
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not YAML: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        return set()
    return {key.value for key, _ in node.value}
