"""What a frozen front end makes of chunks, computed once."""

import shutil
from dataclasses import replace
from pathlib import Path

import torch
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.stored_features import (
    StoredFeatures,
    gigabytes,
    has_features,
    write_features,
)
from speechbrain_singer.distributed import gather_objects, own_share
from speechbrain_singer.evaluation.fingerprint import (
    fingerprint,
    rows_fingerprint,
)

logger = get_logger(__name__)

_BATCH = 16  # chunks that are computed at once


class CachedFeatures:
    """Features of chunks on a disk, as float16, for a frozen front end.

    They are kept by its code, settings and weights, and by the files' paths,
    sizes and times and the stretches of them. So several parts, folds and runs
    share a folder, and one that was killed goes on where it was.

    Arguments
    ---------
    features : torch.nn.Module
        Frozen: [batch, time] to [batch, frames, ...].
    folder : str or Path
    pooled : bool
        Whether to keep the mean over the frames alone: where the encoder
        begins with it, or with what may change places with it.
    device : str or torch.device
        Where they are computed.
    progressbar : bool

    Raises
    ------
    OSError
        If nothing can be written there.
    """

    def __init__(
        self, features, folder, pooled=False, device="cpu", progressbar=True
    ):
        self.features = features
        self.pooled = pooled
        self.device = device
        self.progressbar = progressbar
        kind = "pooled" if pooled else "frames"
        key = f"{type(features).__name__}-{fingerprint(features)}-{kind}"
        self.folder = Path(folder, key)
        check_writable(self.folder)
        sweep(self.folder, below=False)

    def of(self, chunks):
        """The features of chunks; those that lack are computed first.

        To be called by all processes of a torchrun, each of which computes its
        share.

        Arguments
        ---------
        chunks : Chunks

        Returns
        -------
        stored : StoredFeatures

        Raises
        ------
        AudioError
            If a chunk cannot be read.
        OSError
            If there is no room for them; the message says how much is needed.
        ValueError
            If a feature is not finite as float16.
        """
        names = (rows_fingerprint([row]) for row in chunks.rows)
        paths = [self.folder / f"{name}.f2" for name in names]
        with torch.no_grad():
            shape = self._compute([chunks[0]]).shape[1:]
        rank, processes = own_share().values()
        lacking = self._lacking(paths, shape)
        _on_all(self._tell, lacking, len(paths), shape)
        _on_all(self._fill, chunks, paths, lacking[rank::processes])
        # Those that others computed may lie on another machine's disk
        _on_all(self._fill, chunks, paths, self._lacking(paths, shape))
        return StoredFeatures(chunks, paths, shape)

    def _lacking(self, paths, shape):
        return [i for i, p in enumerate(paths) if not has_features(p, shape)]

    def _tell(self, lacking, count, shape):
        needed = gigabytes(len(lacking), shape)
        free = shutil.disk_usage(self.folder).free / 1e9
        logger.info(
            "Features of %d chunks take %.3g GB in %s; %d are computed, which "
            "take %.3g GB of the %.3g GB that are free",
            *(count, gigabytes(count, shape), self.folder),
            *(len(lacking), needed, free),
        )
        if needed > free:
            raise OSError(
                f"{self.folder}: features of {len(lacking)} chunks take "
                f"{needed:.3g} GB, and {free:.3g} GB are free: make room, name "
                "another cache_folder, or set cache_features to False"
            )

    @torch.no_grad()
    def _fill(self, chunks, paths, numbers):
        parts = [
            numbers[i : i + _BATCH] for i in range(0, len(numbers), _BATCH)
        ]
        hidden = not (self.progressbar and parts)
        for part in tqdm(parts, "Features", unit="batch", disable=hidden):
            values = self._compute([chunks[i] for i in part])
            for i, value in zip(part, values.cpu().numpy(), strict=True):
                write_features(paths[i], value)

    def _compute(self, items):
        wavs = torch.stack([item["wav"] for item in items])
        features = self.features.to(self.device).eval()
        values = features(wavs.to(self.device)).float()
        return values.mean(dim=1, keepdim=True) if self.pooled else values


def cached_parts(features, encoder, parts, folder, device, progressbar=True):
    """Parts of chunks with their features in place of the audio.

    Arguments
    ---------
    features : torch.nn.Module
        Frozen.
    encoder : torch.nn.Module
        What takes them. If it has `pools_frames`, their means over time are
        kept alone.
    parts : dict of str to Part
        Of `Chunks`.
    folder, device, progressbar
        As `CachedFeatures` takes them.

    Returns
    -------
    parts : dict of str to Part
    """
    pooled = getattr(encoder, "pools_frames", False)
    cache = CachedFeatures(features, folder, pooled, device, progressbar)
    return {
        name: replace(part, windows=cache.of(part.windows))
        for name, part in parts.items()
    }


def _on_all(function, *args):
    """Calls it; what it raises is raised on all processes."""
    error = None
    try:
        function(*args)
    except Exception as raised:
        error = raised  # once the others do not wait for this process
    for raised in filter(None, gather_objects(error)):
        raise raised
