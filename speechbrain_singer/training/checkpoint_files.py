"""The files of a checkpoint: whole, unfinished or damaged."""

import hashlib
import json
import os

import yaml
from speechbrain.utils.checkpoints import METAFNAME
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.digests import file_digest
from speechbrain_singer.dataio.files import atomic_open

logger = get_logger(__name__)


def finish(checkpoint):
    """Makes a checkpoint count: its files are on the disk and listed.

    Arguments
    ---------
    checkpoint : speechbrain.utils.checkpoints.Checkpoint
        All of whose files but the metadata are written.
    """
    digests = {}
    for path in sorted(checkpoint.path.iterdir()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        digests[path.name] = file_digest(path)
    # As it is read again: of a tuple, a list
    meta = yaml.safe_load(yaml.safe_dump({**checkpoint.meta, "files": digests}))
    with atomic_open(checkpoint.path / METAFNAME) as file:
        yaml.safe_dump({**meta, "sha256": _seal(meta)}, file)


def check_digests(checkpoint):
    """Refuses a checkpoint of which a file is another one than was written.

    Arguments
    ---------
    checkpoint : speechbrain.utils.checkpoints.Checkpoint

    Raises
    ------
    ValueError
        That names the file.
    """
    files = checkpoint.meta.get("files")
    for name in files if isinstance(files, dict) else ():
        if file_digest(checkpoint.path / name) != files[name]:
            raise ValueError(f"{name} is not as it was written")


def is_whole(folder):
    """Whether a folder is a checkpoint with all its files.

    A warning says which one is not since its metadata are damaged.

    Arguments
    ---------
    folder : Path

    Returns
    -------
    whole : bool
    """
    meta = _metadata(folder)
    if meta is None and (folder / METAFNAME).exists():
        logger.warning(
            "%s does not count as a checkpoint: its %s is damaged",
            *(folder, METAFNAME),
        )
    return meta is not None and _has_all_files(folder, meta)


def is_unfinished(folder):
    """Whether a folder is what a killed run left, saving or deleting.

    Arguments
    ---------
    folder : Path

    Returns
    -------
    unfinished : bool
        False of what is damaged, and of what somebody else put there.
    """
    meta = _metadata(folder)
    if meta is not None:
        return not _has_all_files(folder, meta)
    # Saving ends with the metadata, and writes nothing but such files
    return not (folder / METAFNAME).exists() and all(
        part.suffix == ".ckpt" or part.name.startswith(f".{METAFNAME}.")
        for part in folder.iterdir()
    )


def _metadata(folder):
    """Of a checkpoint, None where there are none or they are damaged."""
    try:
        meta = yaml.safe_load((folder / METAFNAME).read_text(encoding="utf-8"))
        # SpeechBrain writes these
        is_one = meta["unixtime"] > 0 and isinstance(meta["end-of-epoch"], bool)
        seal = meta.pop("sha256", None)
        is_sealed = seal in (None, _seal(meta)) or seal == _former_seal(meta)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    except (yaml.YAMLError, RecursionError):
        return None
    # Former runs, and SpeechBrain's Checkpointer, seal nothing
    return meta if is_one and is_sealed else None


def _has_all_files(folder, meta):
    """SpeechBrain's Checkpointer lists none."""
    return all((folder / name).exists() for name in meta.get("files") or ())


def _seal(meta):
    return hashlib.sha256(_canonical(meta).encode()).hexdigest()


def _canonical(value):
    """The same text of the same values; keys may be of several kinds."""
    if isinstance(value, dict):
        items = (f"{key!a}: {_canonical(item)}" for key, item in value.items())
        return f"{{{', '.join(sorted(items))}}}"
    if isinstance(value, (list, set)):
        items = map(_canonical, value)
        is_set = isinstance(value, set)
        return f"[{', '.join(sorted(items) if is_set else items)}]"
    return ascii(value)


def _former_seal(meta):
    """As checkpoints had it; a TypeError where keys are of several kinds."""
    text = json.dumps(meta, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
