"""Embeddings of recordings by any encoder."""

from itertools import chain, groupby, islice

import torch

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.fold_draws import select
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.distributed import gather_objects, own_share
from speechbrain_singer.inference.collecting import collect_embeddings
from speechbrain_singer.inference.reader import BlockReader

BATCH = 16  # clips of one length that are encoded at once

# What one recording may bring about, such as one too long for the memory or
# too short for a network; AudioErrors are ValueErrors
_OWN_FAULTS = (ValueError, RuntimeError, MemoryError)


def embed_recordings(encoder, rows, progressbar=True):
    """One vector for each recording of a manifest that can be encoded.

    Arguments
    ---------
    encoder : object
        With `sample_rate`, `dimension` and `encode_batch` ([batch, time] to
        [batch, 1, dim]). Its `encode_rows` is used where it has one.
    rows : list of dict
        Rows of a manifest, with the column `wav`, and `start` and `stop` of
        what is a stretch of it.
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
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, np.random.randn(9000) / 9, 44100)
    >>> rows = [{"wav": str(path), "singer": "ann"}]
    >>> embed_recordings(MFCCStatistics(), rows, progressbar=False)[0].shape
    torch.Size([1, 40])
    """
    return only_usable(encode_rows(encoder, rows, progressbar), rows)


def only_usable(embeddings, rows):
    """The embeddings without NaN, and their rows, of those of all rows."""
    usable = embeddings.isfinite().all(dim=1)
    if usable.all():  # no copy: of many clips they have gigabytes
        return embeddings, rows
    return embeddings[usable], select(rows, usable.numpy())


def encode_rows(encoder, rows, progressbar=True):
    """As `embed_recordings`, but [rows, dim], NaN for what failed."""
    if hasattr(encoder, "encode_rows"):
        embeddings = encoder.encode_rows(rows, progressbar=progressbar)
    else:
        read = _reading(encoder)
        embeddings = encode_heard(encoder, rows, read, progressbar)
    return embeddings.float().cpu()


@torch.no_grad()
def encode_each(encoder, rows):
    """As `encode_rows`, but one after the other, and says what failed why.

    Yields
    ------
    outcome : torch.Tensor or AudioError
        [dim] of each row, in order, or why it cannot be encoded.
    """
    if hasattr(encoder, "encode_each"):
        yield from encoder.encode_each(rows)
    else:
        yield from _outcomes(encoder, rows, _reading(encoder))


def _reading(encoder):
    """The function from a row to its waveform, [time], at its rate."""
    reader = BlockReader(encoder.sample_rate)

    def read(row):
        stretch = row.get("start"), row.get("stop")
        return torch.cat(list(reader.from_file(row["wav"], *stretch)))

    return read


def encode_heard(encoder, rows, hear, progressbar=True):
    """One vector for each row, of what is heard of it.

    Arguments
    ---------
    encoder : object
        With `dimension` and `encode_batch`.
    rows : list of dict
        Rows of a manifest.
    hear : callable
        From a row to its waveform, [time], at the encoder's rate. What it
        raises of one recording is a warning.
    progressbar : bool

    Returns
    -------
    embeddings : torch.Tensor
        [rows, dim], float32, on the CPU; NaN, and a warning, of what cannot be
        encoded.

    Raises
    ------
    AudioError
        If none can be encoded.
    """
    outcomes = _outcomes(encoder, rows, hear)
    return collect_embeddings(
        outcomes, len(rows), encoder.dimension, progressbar
    )


def encode_on_all(encoder, rows, progressbar=True):
    """As `encode_rows`, each process of a torchrun encoding its share.

    To be called by all processes, with the same rows.

    Arguments
    ---------
    encoder, rows, progressbar
        As for `embed_recordings`.

    Returns
    -------
    embeddings : torch.Tensor
        [rows, dim], of all rows, on all processes.

    Raises
    ------
    AudioError
        If none can be encoded; on all processes.
    """
    rank, processes = own_share().values()
    own = rows[rank::processes]
    failure = ""
    try:
        share = encode_rows(encoder, own, progressbar and rank == 0)
    except AudioError as error:  # of all of them
        if processes == 1:
            raise
        # The others wait for the share
        share = torch.full((len(own), encoder.dimension), torch.nan)
        failure = str(error)
    shares, failures = zip(*gather_objects((share, failure)), strict=True)
    embeddings = torch.empty(len(rows), encoder.dimension)
    for first, part in enumerate(shares):
        embeddings[first::processes] = part
    if embeddings.isnan().any(dim=1).all():
        raise AudioError(
            f"none of {len(rows)} recordings can be encoded; in the first "
            f"share {failures[0]}"
        )
    return embeddings


def _outcomes(encoder, rows, hear):
    """What comes of each row, in order; clips of one length go together."""
    heard = ((row["wav"], _heard(row, hear)) for row in rows)
    for _, group in groupby(heard, lambda item: getattr(item[1], "shape", ())):
        while batch := list(islice(group, BATCH)):
            yield from _encode(encoder, batch)


def _heard(row, hear):
    """The waveform, or why there is none."""
    try:
        return hear(row)
    except AudioError as error:
        return error
    except _OWN_FAULTS as error:
        return _failure(row["wav"], error)


def _encode(encoder, batch):
    """Embeddings of (path, waveform)s of one length, or why there are none."""
    paths, waveforms = zip(*batch, strict=True)
    if isinstance(waveforms[0], AudioError):
        return waveforms
    try:
        wavs = torch.stack(waveforms).to(device_of(encoder))
        embeddings = encoder.encode_batch(wavs)[:, 0]
    except _OWN_FAULTS as error:
        if len(batch) == 1:
            return [_failure(paths[0], error)]
        # One of them failed: which, and what of the others?
        return [_encode(encoder, [item])[0] for item in batch]
    return [
        embedding
        if good
        else AudioError(f"{name_of(path)}: its embedding is not finite")
        for path, embedding, good in zip(
            paths, embeddings, embeddings.isfinite().all(dim=1), strict=True
        )
    ]


def _failure(path, error):
    reason = str(error) or type(error).__name__
    failure = AudioError(f"{name_of(path)}: {reason}")
    failure.__cause__ = error
    return failure


def device_of(encoder):
    """Where an encoder's parameters or buffers are.

    Example
    -------
    >>> device_of(torch.nn.Linear(1, 1))
    device(type='cpu')
    """
    if not isinstance(encoder, torch.nn.Module):
        return "cpu"
    tensors = chain(encoder.parameters(), encoder.buffers())
    return next((tensor.device for tensor in tensors), "cpu")
