"""Embeddings on disk: a second evaluation of the same takes seconds."""

from pathlib import Path

import torch
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.files import sweep
from speechbrain_singer.dataio.weights import read_tensors, write_tensors
from speechbrain_singer.distributed import is_main, on_main
from speechbrain_singer.evaluation.embeddings import (
    encode_on_all,
    only_usable,
)
from speechbrain_singer.evaluation.fingerprint import (
    NoFingerprintError,
    fingerprint,
    rows_fingerprint,
)

logger = get_logger(__name__)

BLOCK = 65_536  # clips that have a file of their own, if there are many
_NAME = "embeddings"  # of the one tensor in a file


def cached_embeddings(
    encoder, rows, cache_folder=None, progressbar=True, key=None
):
    """Embeddings of rows, computed once for an encoder and these rows.

    To be called by all processes; each encodes its share. Many are kept block
    by block, so that a run that was stopped goes on where it was.

    Arguments
    ---------
    encoder, rows
        As `embed_recordings` takes them.
    cache_folder : str or Path, optional
        Nothing is kept if left out.
    progressbar : bool
    key : str, optional
        Their `embeddings_key`, where it is known.

    Returns
    -------
    embeddings, rows
        As `embed_recordings` returns them.

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
    >>> for _ in range(2):
    ...     _ = cached_embeddings(MFCCStatistics(), rows, folder / "cache")
    >>> len(list((folder / "cache").iterdir()))
    1
    """
    embeddings = cached_rows(encoder, rows, cache_folder, progressbar, key)
    return only_usable(embeddings, rows)


def cached_rows(encoder, rows, cache_folder=None, progressbar=True, key=None):
    """As `cached_embeddings`, but [rows, dim], NaN for what failed."""
    key = cache_folder and (key or embeddings_key(encoder, rows))
    if not key:
        return encode_on_all(encoder, rows, progressbar)
    path = Path(cache_folder, f"{key}.safetensors")
    if len(rows) <= BLOCK:
        return _computed_once(path, encoder, rows, progressbar)
    return _by_blocks(path, encoder, rows, progressbar)


def _by_blocks(path, encoder, rows, progressbar):
    embeddings = torch.full((len(rows), encoder.dimension), torch.nan)
    for number, first in enumerate(range(0, len(rows), BLOCK)):
        block = slice(first, first + BLOCK)
        own = path.with_stem(f"{path.stem}-{number}")
        try:
            embeddings[block] = _computed_once(
                own, encoder, rows[block], progressbar
            )
        except AudioError as error:  # of all in this block
            logger.warning("%s", error)
    if embeddings.isnan().any(dim=1).all():
        raise AudioError(
            f"none of {len(rows)} recordings can be encoded: see the warnings"
        )
    return embeddings


def _computed_once(path, encoder, rows, progressbar):
    # The main process's word counts: others may not see its disk
    embeddings = on_main(_load, path)
    if embeddings is None or len(embeddings) != len(rows):
        embeddings = encode_on_all(encoder, rows, progressbar)
        if is_main():
            _keep(path, embeddings)
    return embeddings


def embeddings_key(encoder, rows):
    """What the embeddings of rows depend on, as a short text.

    The encoder's code, settings and parameters (see `fingerprint`), the paths,
    sizes and times of the files, the stretches of them, and the columns that
    the encoder names as `columns_heard`.

    Arguments
    ---------
    encoder : object
    rows : list of dict

    Returns
    -------
    key : str or None
        None of an encoder whose state cannot be told, with a warning.

    Example
    -------
    >>> import torch
    >>> len(embeddings_key(torch.nn.Identity(), []))
    33
    """
    # The main process's word counts: all have to do the same
    return on_main(_key, encoder, rows)


def _key(encoder, rows):
    try:
        columns = getattr(encoder, "columns_heard", ())
        return f"{fingerprint(encoder)}-{rows_fingerprint(rows, columns)}"
    except NoFingerprintError as error:
        logger.warning(
            "Nothing is kept of this encoder's embeddings, as it cannot be "
            "told from another one: %s",
            error,
        )
        return None


def _keep(path, embeddings):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tensors(path, {_NAME: embeddings})
    except OSError as error:
        # They are there: what they are for goes on
        logger.warning("The embeddings are not kept: %s", error)


def _load(path):
    sweep(path.parent, below=False)
    if not path.is_file():
        return None
    try:
        tensors, _ = read_tensors(path, "the embeddings are computed anew")
        embeddings = tensors[_NAME]
    except (ValueError, KeyError) as error:
        logger.warning("%s", error)
        return None
    count, failed = len(embeddings), int(embeddings.isnan().any(dim=1).sum())
    logger.info("Embeddings of %d recordings read from %s", count, path)
    if failed:
        logger.warning(
            "%d of %d recordings could not be encoded and are left out; delete "
            "%s to try again and see which",
            *(failed, count, path),
        )
    return embeddings
