"""Tables of embeddings in Parquet, for whatever else reads it.

Columns: `path`, `embedding` (a list of float32, null where there is none),
`error` (why there is none, or null), and further ones of text. The metadata of
the schema has, under `speechbrain_singer`, JSON about the encoder.
"""

import json

import numpy as np

from speechbrain_singer.dataio.files import atomic_path
from speechbrain_singer.extras import imported

OWN = b"speechbrain_singer"  # key of the metadata
FOREIGN = "no table of embeddings: write one with `singer embed`"
DAMAGED = "damaged: delete it, and `singer embed` writes it anew"
_GROUP = 16_384  # rows, of which readers hold the embeddings at once


def pyarrow():
    """The package `pyarrow`, with what reads Parquet.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.

    Example
    -------
    >>> pyarrow().float32()
    DataType(float)
    """
    return imported("catalogue", "Parquet", "pyarrow", "pyarrow.parquet")


def write_parquet(path, table):
    """Writes an `EmbeddingTable` with the column `error`."""
    pa = pyarrow()
    about = {OWN: json.dumps(table.about).encode()}
    columns = {
        "path": pa.array(table.paths, pa.string()),
        "embedding": _as_lists(table.embeddings),
    }
    for name, texts in table.columns.items():
        columns[name] = pa.array(texts, pa.string())
    errors = [text or None for text in table.columns["error"]]
    columns["error"] = pa.array(errors, pa.string())
    written = pa.table(columns).replace_schema_metadata(about)
    with atomic_path(path) as temporary:
        pa.parquet.write_table(written, temporary, row_group_size=_GROUP)


def _as_lists(embeddings):
    pa = pyarrow()
    lacking = pa.array(np.isnan(embeddings).any(axis=1))
    values = pa.array(embeddings.ravel())
    dimension = embeddings.shape[1]
    return pa.FixedSizeListArray.from_arrays(values, dimension, mask=lacking)


def read_parquet(path, embeddings=True):
    """What makes an `EmbeddingTable`: paths, embeddings, columns, about.

    Arguments
    ---------
    path : str or Path
    embeddings : bool
        Whether to read them; None is in their place otherwise. Of a million
        recordings they have gigabytes.

    Raises
    ------
    ValueError
        If the file is damaged, or no table of embeddings.
    """
    read = _read(path, embeddings)
    vectors = _as_array(read["embedding"]) if embeddings else None
    return read["path"].to_pylist(), vectors, *_texts(read)


def _as_array(column):
    column = column.combine_chunks()
    shape = len(column), column.type.list_size
    vectors = np.full(shape, np.nan, np.float32)
    usable = column.is_valid().to_numpy(zero_copy_only=False)
    # What is null is left out
    vectors[usable] = column.flatten().to_numpy().reshape(-1, shape[1])
    return vectors


def _texts(read):
    """The further columns, in which null is empty, and about the encoder."""
    columns = {
        name: [text or "" for text in read[name].to_pylist()]
        for name in read.column_names
        if name not in ("path", "embedding")
    }
    return columns, json.loads(read.schema.metadata[OWN])


def _read(path, embeddings):
    pa = pyarrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            if OWN not in (schema.metadata or {}):
                raise ValueError(f"{path}: {FOREIGN}")
            wanted = [n for n in schema.names if embeddings or n != "embedding"]
            return file.read(columns=wanted)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path}: {DAMAGED} ({error})") from error
