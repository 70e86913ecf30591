"""Weights of networks: fetched from the hub, and read."""

from pathlib import Path

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
)

# What the hub's client raises for whatever cannot be fetched
HUB_ERRORS = (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError)


def read_weights(path, remedy):
    """Reads what `torch.save` wrote: tensors and plain values, no code.

    Arguments
    ---------
    path : str or Path
    remedy : str
        What to do if there is no such file, or a damaged one.

    Returns
    -------
    weights : object
        Mostly a dict of tensors, on the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, or something else than weights.

    Example
    -------
    >>> path = getfixture("tmp_path") / "encoder.ckpt"
    >>> _ = path.write_text("page not found")
    >>> read_weights(path, "fetch it anew")
    Traceback (most recent call last):
        ...
    ValueError: ...encoder.ckpt: damaged, or no weights: fetch it anew (...)
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path}: no such file: {remedy}") from error
    # torch, zipfile and pickle each have errors of their own for damage. The
    # text of torch's is long, and advises to run what may be code.
    except Exception as error:
        raise ValueError(
            f"{path}: damaged, or no weights: {remedy} ({type(error).__name__})"
        ) from error


def local_folder(source, files):
    """The folder of a published network, fetched from the hub if need be.

    Arguments
    ---------
    source : str or Path
        A folder, or a repository on the Hugging Face hub. What is in the
        hub's cache is not fetched again.
    files : list of str
        Patterns of the files that are needed.

    Returns
    -------
    folder : Path

    Raises
    ------
    OSError
        If there is no such folder and the repository cannot be fetched.

    Example
    -------
    >>> local_folder("nobody/no thing", ["*.json"])
    Traceback (most recent call last):
        ...
    OSError: 'nobody/no thing' is not a folder here, and the hub repository...
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    try:
        return Path(snapshot_download(str(source), allow_patterns=files))
    except HUB_ERRORS as error:
        raise OSError(
            f"{str(source)!r} is not a folder here, and the hub repository of "
            "that name cannot be fetched; where there is no network, give a "
            f"folder with a copy of the repository instead: {error}"
        ) from error
