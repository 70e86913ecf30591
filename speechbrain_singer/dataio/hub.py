"""The Hugging Face hub: what is asked of it, and whether it came whole."""

import hashlib
import os
import re
from pathlib import Path

# The hub's client is imported where it is asked: of a folder nobody asks it

_SHA256 = re.compile(r"[0-9a-f]{64}")
_whole = {}  # by path, the state in which this process found a file whole


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
    ValueError
        As `find_folder` and `fetch_repository`.

    Example
    -------
    >>> local_folder("nobody/no thing", ["*.json"])
    Traceback (most recent call last):
        ...
    FileNotFoundError: nobody/no thing: no such folder...
    """
    return find_folder(source) or fetch_repository(source, files)


def find_folder(source):
    """The folder that is meant, or None if it is a repository on the hub.

    A `Path` is a folder's, and so is whatever does not look like the `owner/
    name` of a repository: of a mistyped folder the hub is not asked, where
    somebody may have taken that name.

    Arguments
    ---------
    source : str or Path

    Returns
    -------
    folder : Path or None

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    TypeError
        If it is neither text nor a path.
    ValueError
        If it is a web address.

    Example
    -------
    >>> find_folder("someone/singers")
    >>> find_folder(Path("someone/singers"))
    Traceback (most recent call last):
        ...
    FileNotFoundError: someone/singers: no such folder
    """
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            "a source is the path of a folder or the name of a hub repository, "
            f"not {source!r}"
        )
    text = os.fspath(source)
    if isinstance(text, str) and "://" in text:
        raise ValueError(
            f"{text}: nothing is loaded from web addresses: give a folder, or "
            "the name of a repository on the Hugging Face hub, owner/name"
        )
    folder = Path(os.path.expanduser(os.fsdecode(text)))
    if text and folder.is_dir():
        return folder
    if isinstance(source, str) and _is_repository(source, folder):
        return None
    is_file = text and folder.exists()
    reason = "a file, not a folder" if is_file else "no such folder"
    if isinstance(source, str) and "/" not in source:
        reason += ", and a hub repository has a name like owner/name"
    raise FileNotFoundError(f"{source}: {reason}")


def fetch_repository(repository, files=None, **options):
    """A repository of the hub, as a folder in the hub's cache.

    Arguments
    ---------
    repository : str
    files : list of str, optional
        Patterns of the files that are needed; all of them if left out.
    **options : dict
        As `huggingface_hub.snapshot_download` takes them.

    Returns
    -------
    folder : Path
        Of one commit, which is the folder's name.

    Raises
    ------
    OSError
        If it cannot be fetched.
    ValueError
        If a file is damaged: if its SHA-256 is not the one that the hub gave
        with it.
    """
    from huggingface_hub import errors, snapshot_download

    try:
        folder = snapshot_download(repository, allow_patterns=files, **options)
    except (
        errors.HfHubHTTPError,
        errors.HFValidationError,
        errors.LocalEntryNotFoundError,
    ) as error:
        raise OSError(
            f"{repository!r} is not a folder here, and the hub repository of "
            "that name cannot be fetched; where there is no network, give a "
            f"folder with a copy of the repository instead: {error}"
        ) from error
    for path in matching_files(folder, files):
        _check_whole(path)
    return Path(folder)


def matching_files(folder, patterns=None):
    """The files of a fetched repository that the hub would send for patterns.

    Others may lie there, which somebody else has fetched.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("a.yaml", "a.ckpt"):
    ...     (folder / name).touch()
    >>> [path.name for path in matching_files(folder, ["*.yaml"])]
    ['a.yaml']
    """
    from huggingface_hub.utils import filter_repo_objects

    found = [path for path in Path(folder).rglob("*") if path.is_file()]
    return list(
        filter_repo_objects(
            found,
            allow_patterns=patterns,
            key=lambda path: path.relative_to(folder).as_posix(),
        )
    )


def fetch_options(config):
    """SpeechBrain's FetchConfig, in the words of the hub's client.

    Example
    -------
    >>> from speechbrain.utils.fetching import FetchConfig
    >>> fetch_options(FetchConfig(revision="v1"))["revision"]
    'v1'
    """
    return {
        "revision": config.revision,
        "token": config.token,
        "local_files_only": not config.allow_network,
        "cache_dir": config.huggingface_cache_dir,
    }


def _is_repository(source, folder):
    if source.count("/") != 1 or source.startswith((".", "~", "/")):
        return False
    from huggingface_hub import errors, utils

    # Of what is here, the missing part is a mistyped folder
    if folder.exists() or Path(folder.parts[0]).is_dir():
        return False
    try:
        utils.validate_repo_id(source)
    except errors.HFValidationError:
        return False
    return True


def _check_whole(path):
    # The cache names large files after the SHA-256 that the hub gave
    stored = path.resolve()
    if not _SHA256.fullmatch(stored.name):
        return
    found = stored.stat()
    state = (found.st_ino, found.st_size, found.st_mtime_ns)
    if _whole.get(stored) == state:
        return
    sha256 = hashlib.sha256()
    with stored.open("rb") as file:
        while block := file.read(2**20):
            sha256.update(block)
    if sha256.hexdigest() != stored.name:
        raise ValueError(
            f"{path}: damaged: its SHA-256 is not what the hub gave with it: "
            f"delete {stored}, and it is fetched anew"
        )
    _whole[stored] = state
