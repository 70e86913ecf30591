"""Writes the vectors and the rows of an index, part by part."""

from itertools import chain
from typing import NamedTuple

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.catalogue import stored_vectors
from speechbrain_singer.catalogue.row_store import RowWriter
from speechbrain_singer.catalogue.stored_vectors import StoredVectors
from speechbrain_singer.dataio.files import full_disk_named
from speechbrain_singer.inference.scores import COSINE, check_score

logger = get_logger(__name__)

_NOTHING = "the table has no embedding: embed recordings with `singer embed`"


class Stored(NamedTuple):
    """What lies in the folder of an index by now.

    Arguments
    ---------
    about : dict
        Of the encoder, as in `EmbeddingTable`.
    shape : tuple of int
        [n, dim]
    dtype : str
    """

    about: dict
    shape: tuple
    dtype: str

    def vectors(self, folder):
        """The `StoredVectors` of the folder."""
        score = self.about["score"]
        return StoredVectors(folder, self.shape, self.dtype, score)


def store(parts, folder, few):
    """Writes `vectors.bin` and `rows.arrow`.

    Vectors that are compared by their cosine get the length 1, and half
    precision if there are many. No more than one part is in memory, but for
    the first of them.

    Arguments
    ---------
    parts : iterable of EmbeddingTable
    folder : Path
    few : int
        So many are not many.

    Returns
    -------
    stored : Stored

    Raises
    ------
    ValueError
        If there are none, or the parts are of two encoders.
    """
    held, rest, count = [], iter(parts), 0
    for part in rest:
        held.append(part)
        count += len(part.paths)
        if count >= few:
            break
    if not held:
        raise ValueError(_NOTHING)
    about = held[0].about
    check_score(about["score"])
    halved = about["score"] == COSINE and count >= few
    dtype = "float16" if halved else "float32"
    path = folder / stored_vectors.FILE
    writer, count = RowWriter(folder, list(held[0].columns)), 0
    with full_disk_named(path), path.open("wb") as file:
        for part in chain(held, rest):
            part = _checked(part, about)
            file.write(_vectors(part).astype(dtype).tobytes())
            writer.write(part.paths, part.columns)
            count += len(part.paths)
    writer.close()
    if not count:
        raise ValueError(_NOTHING)
    return Stored(about, (count, int(about["dimension"])), dtype)


def _checked(part, about):
    """A part of the same encoder, without rows that cannot be compared."""
    if part.about != about:
        raise ValueError(
            f"embeddings of two encoders, {about} and {part.about}: make an "
            "index of each"
        )
    usable = np.isfinite(part.embeddings).all(axis=1)
    if about["score"] == COSINE:
        usable &= part.embeddings.any(axis=1)
    if usable.all():
        return part
    logger.warning(
        "%d of %d embeddings are zero or not finite (left out), first %s",
        *((~usable).sum(), len(usable), part.paths[usable.argmin()]),
    )
    return part.take(np.flatnonzero(usable))


def _vectors(part):
    vectors = np.asarray(part.embeddings, dtype=np.float32)
    if part.about["score"] != COSINE:
        return vectors
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
