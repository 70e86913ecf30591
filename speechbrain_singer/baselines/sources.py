"""Where the weights of published networks are fetched from."""

from pathlib import Path

from huggingface_hub import snapshot_download

from speechbrain_singer.inference.source import HUB_ERRORS


def local_folder(source, files):
    """The folder of a published network, fetched from the hub if need be.

    Arguments
    ---------
    source : str or Path
        A folder, or a repository on the Hugging Face hub. What was fetched
        of one is in the hub's cache and is not fetched again.
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
