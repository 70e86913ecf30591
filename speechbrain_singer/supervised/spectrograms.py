"""Spectrograms of a corpus on disk, each computed once."""

import copy
import hashlib
import inspect
import json
from itertools import chain
from pathlib import Path

import numpy as np
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.fold_draws import select
from speechbrain_singer.dataio.spectrogram_files import (
    open_spectrogram,
    write_spectrogram,
)
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.distributed import gather_objects, own_share
from speechbrain_singer.evaluation.fingerprint import PACKAGE, rows_fingerprint
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.supervised.pieces import decibels_in_pieces

logger = get_logger(__name__)

# What one recording may bring about; AudioErrors are ValueErrors
_OWN_FAULTS = (ValueError, RuntimeError, MemoryError)


def cached_spectrograms(
    features, rows, cache_folder, device="cpu", progressbar=True
):
    """Spectrograms of recordings, computed once for a front end and a file.

    To be called by all processes of a torchrun, each of which computes its
    share. One that was killed goes on where it was, and several runs may fill
    one folder. A file that was changed is computed anew, by its time and size.

    Arguments
    ---------
    features : torch.nn.Module
        A front end with `decibels` ([batch, time] to [batch, bands, frames]),
        `sample_rate`, `bands`, `hop_length` and `min_samples`, which keeps
        what it is built with as attributes.
    rows : list of dict
        Rows of a manifest, with the column `wav`, and `start` and `stop` of
        what is a stretch of it.
    cache_folder : str or Path
        It takes 2 bytes for each band and frame.
    device : str or torch.device
        Where they are computed.
    progressbar : bool

    Returns
    -------
    spectrograms : list of StoredSpectrogram
        Of each [frames, bands], float16, in decibels. They hold no file open
        and nothing in memory.
    rows : list of dict
        Theirs: a warning names each recording that cannot be read.

    Raises
    ------
    AudioError
        If none can be read.
    OSError
        If the folder cannot be written; the message says so of a full disk.
    """
    rank, processes = own_share().values()
    work = _Work(features, rows, cache_folder, device)
    own = range(rank, len(rows), processes)
    failed = _on_all(work.fill, own, progressbar and rank == 0)
    if processes > 1:
        # Those that others computed may lie on another machine's disk
        others = [i for i in range(len(rows)) if i not in failed | work.found]
        failed |= _on_all(work.fill, others, False)
    if failed and len(failed) == len(rows):
        raise AudioError(
            f"none of {len(rows)} recordings has a spectrogram; the first: "
            f"{failed[0]}"
        )
    kept = [number not in failed for number in range(len(rows))]
    numbers = np.flatnonzero(kept)
    return [work.found[number] for number in numbers], select(rows, kept)


def _on_all(function, *args):
    """What it returns on all processes as one dict; or raises on all."""
    outcome, error = {}, None
    try:
        outcome = function(*args)
    except OSError as raised:
        error = raised  # once the others do not wait for this process
    outcomes, errors = zip(*gather_objects((outcome, error)), strict=True)
    for error in filter(None, errors):
        raise error
    return dict(chain.from_iterable(each.items() for each in outcomes))


class _Work:
    """What of the spectrograms of rows is there, and the rest to compute."""

    def __init__(self, features, rows, cache_folder, device):
        self.features = copy.deepcopy(features).to(device).eval()
        self.reader = BlockReader(features.sample_rate)
        self.rows = rows
        self.folder = Path(cache_folder, _key(features))
        self.device = device
        self.found = {}  # by the number of the row

    def fill(self, numbers, progressbar):
        """Finds or computes those of some rows; and why others failed."""
        check_writable(self.folder)
        sweep(self.folder, below=False)
        failed = {}
        bar = tqdm(
            numbers, "Spectrograms", unit="file", disable=not progressbar
        )
        for number in bar:
            row = self.rows[number]
            path = self.folder / f"{rows_fingerprint([row])}.npy"
            if not (found := self._find(path)):
                try:
                    decibels = self._compute(row)
                except _OWN_FAULTS as error:
                    failed[number] = _reason(row, error)
                    logger.warning("%s (left out)", failed[number])
                    continue
                write_spectrogram(path, decibels)
                found = self._find(path)
            self.found[number] = found
        return failed

    def _find(self, path):
        try:
            return open_spectrogram(path, self.features.bands)
        except FileNotFoundError:
            return None
        except ValueError as error:
            logger.warning("%s: it is computed anew", error)
            return None

    def _compute(self, row):
        """[frames, bands], float16."""
        blocks = self.reader.from_file(
            row["wav"], row.get("start"), row.get("stop")
        )
        pieces = decibels_in_pieces(self.features, blocks, self.device)
        decibels = np.concatenate([x.half().cpu().numpy() for x in pieces])
        if not np.isfinite(decibels).all():
            raise ValueError("its spectrogram is not finite")
        return decibels


def _reason(row, error):
    if isinstance(error, AudioError):
        return str(error)
    return f"{name_of(row['wav'])}: {error or type(error).__name__}"


def _key(features):
    """Its class, code and settings in short, as the name of a folder."""
    kind = type(features)
    settings = {
        name: getattr(features, name)
        for name in inspect.signature(kind).parameters
    }
    text = json.dumps([kind.__module__, kind.__qualname__, settings])
    digest = hashlib.blake2b(text.encode(), digest_size=8)
    for each in kind.__mro__:
        if each.__module__.startswith(f"{PACKAGE.name}."):
            digest.update(Path(inspect.getfile(each)).read_bytes())
    return f"{kind.__name__}-{digest.hexdigest()}"
