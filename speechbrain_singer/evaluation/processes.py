"""Evaluation in several processes, those of a torchrun, or in one."""

import torch
import torch.distributed as dist

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.distributed import several_processes
from speechbrain_singer.evaluation.embeddings import encode_rows


def encode_on_all(encoder, rows, progressbar=True):
    """As `embeddings.encode_rows`, each process encoding its share.

    To be called by all processes. Alone it is `encode_rows`.

    Arguments
    ---------
    encoder : object
    rows : list of dict
        The same on all processes.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [rows, dim], float32, on the CPU, of all rows, on all processes; NaN
        for what cannot be encoded.

    Raises
    ------
    AudioError
        If none can be encoded; on all processes.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, np.random.randn(9000) / 9, 44100)
    >>> encode_on_all(MFCCStatistics(), [{"wav": str(path)}]).shape
    torch.Size([1, 40])
    """
    if not several_processes():
        return encode_rows(encoder, rows, progressbar)
    rank, processes = dist.get_rank(), dist.get_world_size()
    share = _encode_share(
        encoder, rows[rank::processes], progressbar and rank == 0
    )
    shares = [None] * processes
    dist.all_gather_object(shares, share)
    embeddings = torch.empty(len(rows), encoder.dimension)
    for i, part in enumerate(shares):
        embeddings[i::processes] = part
    if embeddings.isnan().any(dim=1).all():
        raise AudioError(
            f"none of {len(rows)} recordings can be encoded; the warnings say "
            "why"
        )
    return embeddings


def _encode_share(encoder, rows, progressbar):
    """Also if none of them can be encoded: the others wait for the share."""
    try:
        return encode_rows(encoder, rows, progressbar)
    except AudioError:
        return torch.full((len(rows), encoder.dimension), torch.nan)
