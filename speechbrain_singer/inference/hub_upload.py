"""From an encoder's folder to a repository on the Hugging Face hub."""

from pathlib import Path

from speechbrain_singer.inference.encoder import SingerEncoder
from speechbrain_singer.inference.source import (
    CALIBRATION_FILE,
    CARD_FILE,
    HPARAMS_FILE,
    LOG_FILE,
    WEIGHTS_FILE,
    files_of,
)

# Nothing else of a folder leaves this machine
PUBLIC = (HPARAMS_FILE, WEIGHTS_FILE, CALIBRATION_FILE, CARD_FILE, LOG_FILE)
_REMEDIES = {
    401: "no valid token: run `hf auth login`, or set HF_TOKEN to one that "
    "may write",
    403: "your token may not write there: give it the right, or name a "
    "repository of yours",
    404: "there is no such user or organisation, or your token does not see it",
}
_NO_ANSWER = "the hub cannot be reached: check the network, and try it again"


def load_to_publish(folder):
    """Loads an encoder, and so checks all that belongs to it.

    Arguments
    ---------
    folder : str or Path
        With weights of its own, such as `export_encoder` writes.

    Returns
    -------
    encoder : SingerEncoder

    Raises
    ------
    FileNotFoundError
        If there is no encoder in the folder.
    ValueError
        If a file is damaged, names code to run or does not belong to the
        others, or if the encoder has no digest.

    Example
    -------
    >>> load_to_publish(getfixture("tmp_path") / "nothing")
    Traceback (most recent call last):
        ...
    FileNotFoundError: ...nothing: no such folder...
    """
    folder = Path(folder)
    encoder = SingerEncoder.from_hparams(folder)
    if encoder.sha256 is None:
        raise ValueError(
            f"{folder}: its weights have no digest in {HPARAMS_FILE}, so that "
            "nobody could check what is loaded: write it anew with "
            "export_encoder (speechbrain_singer.inference.export)"
        )
    return encoder


def public_files(folder):
    """The files of an encoder's folder that are uploaded, by name.

    Arguments
    ---------
    folder : str or Path

    Returns
    -------
    sizes : dict of str to int
        In bytes.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for name in ("hyperparams.yaml", "notes.txt"):
    ...     _ = (folder / name).write_text("mine")
    >>> public_files(folder)
    {'hyperparams.yaml': 4}
    """
    paths = [Path(folder, name) for name in PUBLIC]
    return {own.name: own.stat().st_size for own in paths if own.is_file()}


def check_repository(repository):
    """Refuses, by a ValueError, what is no `owner/name` of a repository.

    Example
    -------
    >>> check_repository("someone/singers")
    >>> check_repository("singers")
    Traceback (most recent call last):
        ...
    ValueError: 'singers': a repository of the hub has a name like owner/name
    """
    from huggingface_hub import errors, utils

    try:
        utils.validate_repo_id(repository)
        valid = repository.count("/") == 1
    except errors.HFValidationError:
        valid = False
    if not valid:
        raise ValueError(
            f"{repository!r}: a repository of the hub has a name like "
            "owner/name"
        )


def upload(folder, repository, private=False):
    """Uploads an encoder, as one commit.

    The repository is made if need be. Of a former encoder there nothing is
    left: its threshold would not fit the new one.

    Arguments
    ---------
    folder : str or Path
        That `load_to_publish` found in order.
    repository : str
        owner/name
    private : bool
        Whether a new repository is seen by its owners only; one that is there
        stays what it is.

    Returns
    -------
    address : str
        Of the commit.

    Raises
    ------
    OSError
        If the hub cannot be reached, or refuses; it says what to do.
    """
    from huggingface_hub import HfApi, errors

    api = HfApi()
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repository,
            folder_path=folder,
            allow_patterns=list(PUBLIC),
            delete_patterns=[*files_of(), CARD_FILE, LOG_FILE],
            commit_message="Encoder of singers (speechbrain_singer)",
        )
    # The latter is that of whichever HTTP client the hub's uses
    except (errors.HfHubHTTPError, errors.HTTPError, OSError) as error:
        raise OSError(f"{repository}: {_reason(error)}") from error
    return commit.commit_url


def _reason(error):
    response = getattr(error, "response", None)
    if response is None:
        return f"{_NO_ANSWER} ({error})"
    said = str(error).strip().splitlines() or [type(error).__name__]
    remedy = _REMEDIES.get(response.status_code, "try it again later")
    return f"{remedy} (the hub says: {said[0]})"
