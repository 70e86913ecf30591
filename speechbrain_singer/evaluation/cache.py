"""Embeddings on disk: a second evaluation of the same takes seconds."""

import hashlib
import inspect
import json
import os
from pathlib import Path
from types import SimpleNamespace

import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.evaluation.embeddings import only_usable
from speechbrain_singer.evaluation.processes import (
    encode_on_all,
    is_main,
    on_main,
)

logger = get_logger(__name__)

# What an encoder's embeddings do not depend on
_IRRELEVANT = {"training", "threshold", "calibration", "device", "device_type"}


def cached_embeddings(encoder, rows, cache_folder=None, progressbar=True):
    """Embeddings of rows, computed once for an encoder and these rows.

    They are kept under a key of the encoder (its class, code, settings and
    parameters) and of the rows (their files' paths, sizes and times, and the
    stretches of them). With several processes each encodes its share.

    Arguments
    ---------
    encoder : object
        With `sample_rate`, `dimension` and `encode_batch`.
    rows : list of dict
        Rows of a manifest.
    cache_folder : str or Path, optional
        Nothing is kept if left out.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [recordings, dim], float32, on the CPU.
    rows : list of dict
        Those that could be encoded; a warning names each of the others.

    Raises
    ------
    AudioError
        If none can be encoded.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> folder = getfixture("tmp_path")
    >>> soundfile.write(folder / "a.wav", np.random.randn(9000) / 9, 44100)
    >>> rows = [{"wav": str(folder / "a.wav"), "singer": "ann"}]
    >>> first, _ = cached_embeddings(MFCCStatistics(), rows, folder)
    >>> again, _ = cached_embeddings(MFCCStatistics(), rows, folder)
    >>> torch.equal(first, again)
    True
    """
    if cache_folder is None:
        return only_usable(encode_on_all(encoder, rows, progressbar), rows)
    key = f"{fingerprint(encoder)}-{rows_fingerprint(rows)}"
    path = Path(cache_folder, f"{key}.pt")
    # The main process's word counts: others may not see its disk
    embeddings = on_main(_load, path, [len(rows), encoder.dimension])
    if embeddings is None:
        embeddings = encode_on_all(encoder, rows, progressbar)
        if is_main():
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(path) as temporary:
                torch.save(embeddings, temporary)
    return only_usable(embeddings, rows)


def _load(path, shape):
    if not path.is_file():
        return None
    try:
        embeddings = torch.load(path, weights_only=True)
    # torch, zipfile and pickle each have errors of their own for damage
    except Exception as error:
        logger.warning("%s: damaged, computed anew (%s)", path, error)
        return None
    if list(embeddings.shape) != shape:
        logger.warning("%s: of another shape, computed anew", path)
        return None
    failed = int(embeddings.isnan().any(dim=1).sum())
    logger.info("Embeddings of %d recordings read from %s", shape[0], path)
    if failed:
        logger.warning(
            "%d of %d recordings could not be encoded and are left out; delete "
            "%s to try again and see which",
            *(failed, shape[0], path),
        )
    return embeddings


def fingerprint(encoder):
    """What an encoder's embeddings depend on, as a short text.

    Arguments
    ---------
    encoder : object
        A torch.nn.Module, or an object whose attributes are its settings.

    Returns
    -------
    fingerprint : str
        16 hexadecimal digits.

    Example
    -------
    >>> first, second = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    >>> fingerprint(first) == fingerprint(first)
    True
    >>> fingerprint(first) == fingerprint(second)
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    is_module = isinstance(encoder, torch.nn.Module)
    parts = dict(encoder.named_modules()) if is_module else {"": encoder}
    for name, part in parts.items():
        own = [name, type(part).__qualname__, _settings(part)]
        digest.update(json.dumps(own, sort_keys=True).encode())
    for cls in sorted({type(part) for part in parts.values()}, key=str):
        digest.update(_source(cls))
    if is_module:
        for name, value in sorted(encoder.state_dict().items()):
            digest.update(name.encode())
            raw = value.detach().cpu().contiguous().flatten().view(torch.uint8)
            digest.update(raw.numpy().data)
    return digest.hexdigest()


def _settings(part):
    """Attributes that are plain values, also those of hparams."""
    plain = {}
    for name, value in getattr(part, "__dict__", {}).items():
        if isinstance(value, SimpleNamespace):
            plain[name] = _settings(value)
        elif not name.startswith("_") and name not in _IRRELEVANT:
            if isinstance(value, (bool, int, float, str, type(None))):
                plain[name] = value
            elif isinstance(value, (list, tuple)):
                plain[name] = str(value)
    return plain


def _source(cls):
    """The code of the file a class stands in; torch's does not change."""
    if cls.__module__.split(".")[0] in ("torch", "torchvision", "torchaudio"):
        return b""
    try:
        return Path(inspect.getfile(cls)).read_bytes()
    except (TypeError, OSError):  # built in, or typed into a console
        return b""


def rows_fingerprint(rows):
    """What is read of the files of a manifest, as a short text.

    Arguments
    ---------
    rows : list of dict

    Returns
    -------
    fingerprint : str
        16 hexadecimal digits. Another if a file was changed.

    Example
    -------
    >>> rows_fingerprint([]) == rows_fingerprint([{"wav": "no.wav"}])
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    files = {}
    for row in rows:
        wav = row["wav"]
        if wav not in files:
            files[wav] = _stamp(wav)
        own = [*files[wav], row.get("start"), row.get("stop")]
        digest.update(json.dumps(own).encode())
    return digest.hexdigest()


def _stamp(path):
    path = os.path.abspath(path)
    try:
        status = os.stat(path)
    except OSError:
        return [path]
    return [path, status.st_size, status.st_mtime_ns]
