"""Embeds the recordings of one part and writes it, in whichever process."""

import io
from itertools import islice

import numpy as np

from speechbrain_singer.catalogue.listing import shard_of
from speechbrain_singer.catalogue.tables import (
    ERROR,
    EmbeddingTable,
    write_table,
)
from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.shard_reader import NO_FAILURE, Shards
from speechbrain_singer.dataio.shard_rows import OF_SHARDS
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.evaluation.embeddings import encode_each
from speechbrain_singer.inference.scores import COSINE

_AT_ONCE = 64  # recordings of a shard, of which the bytes are held


def about_encoder(name, encoder):
    """What a table says of the encoder, see `EmbeddingTable`.

    Example
    -------
    >>> from speechbrain_singer.evaluation.encoders import load_encoder
    >>> about_encoder("mfcc", load_encoder("mfcc"))["score"]
    'cosine'
    """
    return {
        "encoder": str(name),
        "sha256": getattr(encoder, "sha256", None),
        "score": getattr(encoder, "score", COSINE),
        "sample_rate": encoder.sample_rate,
        "dimension": encoder.dimension,
    }


def embed_unit(encoder, about, unit):
    """Embeds the recordings of a unit, and writes its part.

    Arguments
    ---------
    encoder : object
        As `load_encoder` returns it.
    about : dict
        As `about_encoder` returns it.
    unit : Unit

    Returns
    -------
    done : dict
        `recordings`, how many there were, and `failures`, the message of each
        that has no embedding.
    """
    return _write(_outcomes(encoder, unit.rows), about, unit)


def give_up(about, unit, reason):
    """Writes the part of a unit in which all recordings have failed.

    Arguments
    ---------
    about, unit
        As `embed_unit` takes them.
    reason : str

    Returns
    -------
    done : dict
        As `embed_unit` returns it.
    """
    outcomes = (
        (row, AudioError(f"{name_of(row['wav'])}: {reason}"))
        for row in unit.rows
    )
    return _write(outcomes, about, unit)


def _write(outcomes, about, unit):
    outcomes = list(outcomes)
    shape = len(outcomes), about["dimension"]
    embeddings = np.full(shape, np.nan, np.float32)
    errors = [""] * len(outcomes)
    failures = []
    for number, (row, outcome) in enumerate(outcomes):
        if isinstance(outcome, AudioError):
            failures.append(str(outcome))
            name = name_of(row["wav"])
            errors[number] = str(outcome).removeprefix(f"{name}: ")
        else:
            embeddings[number] = outcome.cpu()
    rows = [row for row, _ in outcomes]
    names = dict.fromkeys(n for row in rows for n in row if n != "wav")
    columns = {n: [row.get(n, "") for row in rows] for n in names}
    paths = [row["wav"] for row in rows]
    table = EmbeddingTable(paths, embeddings, {ERROR: errors, **columns}, about)
    write_table(unit.path, table)
    return {"recordings": len(rows), "failures": failures}


def _outcomes(encoder, rows):
    """Yields each row and its embedding, or the AudioError."""
    if shard := shard_of(rows[0]["wav"]):
        yield from _of_shard(encoder, shard)
    else:
        sources = [row | _stretch(row) for row in rows]
        yield from zip(rows, encode_each(encoder, sources), strict=True)


def _stretch(row):
    """The frames of a row as numbers; those that are empty as None."""
    return {
        name: int(row[name]) if row.get(name) else None
        for name in ("start", "stop")
    }


def _of_shard(encoder, shard):
    """As `_outcomes`; what the shard has lost is an error of its own."""
    reader = Shards([shard])
    recordings = reader.recordings(shard)
    while some := list(islice(recordings, _AT_ONCE)):
        rows = [_row_of(shard, recording.row) for recording in some]
        sources = [
            {"wav": _Named(row["wav"], recording.flac)}
            for row, recording in zip(rows, some, strict=True)
        ]
        yield from zip(rows, encode_each(encoder, sources), strict=True)
    if reader.failure != NO_FAILURE:
        yield {"wav": shard}, AudioError(reader.failure)


def _row_of(shard, row):
    further = {
        name: str(value)
        for name, value in row.items()
        # Those of the file are no stretch of it
        if name not in (*OF_SHARDS, "start", "stop")
    }
    return further | {"wav": f"{shard}/{row['wav']}"}


class _Named(io.BytesIO):
    """Bytes with a name, for messages."""

    def __init__(self, name, data):
        super().__init__(data)
        self.name = name
