"""Separates many files: some at once, a bad one costs itself only."""

import errno
import os
from multiprocessing.pool import ThreadPool
from pathlib import Path

import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.checks import check_whole
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.distributed import gather_objects, own_share
from speechbrain_singer.separation.stems import BITS, read_facts, write_stems

logger = get_logger(__name__)

STEMS = ("vocals", "accompaniment")  # folders
# After these no other file could be written either
_FATAL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_OWN_FAULTS = (ValueError, RuntimeError, MemoryError, OSError)


def separate_files(
    separator, mixtures, folder, bits=16, num_workers=2, progressbar=True
):
    """Separates mixtures into `vocals/<ID>.flac` and `accompaniment/<ID>.flac`.

    What is done already stays, unless the mixture has changed. To be called by
    all processes of a torchrun, with the same mixtures; each does its share.

    Arguments
    ---------
    separator : object
        With `sample_rate` and `separate_file`, as `load_separator` returns it.
    mixtures : list of dict
        As `find_mixtures` returns them.
    folder : str or Path
        Where the folders of both stems are.
    bits : int
        Of a sample, 16 or 24.
    num_workers : int
        Files at once: while one is separated, others are read and written.
    progressbar : bool

    Returns
    -------
    rows : list of dict
        The mixtures in their order, with what `write_stems` returns, and `path`
        and `accompaniment` below the folder; or with a `reason`, of which a
        warning tells.

    Raises
    ------
    OSError
        If the disk is full or cannot be written to.
    ValueError
        If `bits` or `num_workers` cannot be.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.separation.command import Command
    >>> folder = getfixture("tmp_path")
    >>> soundfile.write(folder / "a.wav", [0.5, -0.5], 44100)
    >>> copy = Command("cp {input} {folder}/v.wav", "v.wav")
    >>> mixtures = [{"ID": "a", "mixture": str(folder / "a.wav")}]
    >>> row, = separate_files(copy, mixtures, folder, progressbar=False)
    >>> row["path"], (folder / row["accompaniment"]).exists()
    ('vocals/a.flac', True)
    """
    if bits not in BITS:
        raise ValueError(f"bits: {bits!r}: FLAC has 16 or 24 of them here")
    check_whole("num_workers", num_workers, least=1)
    rank, processes = own_share().values()
    own = mixtures[rank::processes]

    def attempt(row):
        return _attempt(separator, row, Path(folder), bits)

    with ThreadPool(num_workers) as pool:
        bar = tqdm(
            pool.imap(attempt, own),
            *("Separating", len(own)),
            unit="file",
            disable=not progressbar or rank > 0,
        )
        done = list(bar)
    rows = [None] * len(mixtures)
    for first, share in enumerate(gather_objects(done)):
        rows[first::processes] = share
    return rows


def _attempt(separator, row, folder, bits):
    """The row with what came of it, or with why nothing did."""
    if "reason" in row:
        return row
    try:
        return row | _separate(separator, row, folder, bits)
    except _OWN_FAULTS as error:
        if getattr(error, "errno", None) in _FATAL:
            raise
        name, reason = name_of(row["mixture"]), _reason(row["mixture"], error)
        logger.warning("%s: %s (left out)", name, reason)
        return row | {"reason": reason}


def _separate(separator, row, folder, bits):
    names = [f"{stem}/{row['ID']}.flac" for stem in STEMS]
    paths = [folder / name for name in names]
    note = _state(row["mixture"])
    facts = read_facts(*paths, note)
    if facts is None:
        pairs = separator.separate_file(row["mixture"])
        rate = separator.sample_rate
        facts = write_stems(pairs, rate, *paths, bits, note)
    return {"path": names[0], "accompaniment": names[1], **facts}


def _state(path):
    """How long a file is and how old: another one is separated anew."""
    try:
        facts = os.stat(path)
    except OSError as error:
        raise AudioError(f"{name_of(path)}: no such file") from error
    return [facts.st_size, facts.st_mtime_ns]


def _reason(path, error):
    reason = str(error).removeprefix(f"{name_of(path)}: ")
    if isinstance(error, torch.OutOfMemoryError):
        reason = f"{reason.splitlines()[0]} (lower batch_size)"
    return reason or type(error).__name__
