"""Vectors and columns in LanceDB, where they can be filtered by SQL."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np

from speechbrain_singer.catalogue.parquet import pyarrow
from speechbrain_singer.catalogue.probing import QUERIES, choose_probing
from speechbrain_singer.catalogue.stored_vectors import NOBODY
from speechbrain_singer.extras import imported

FOLDER = "lancedb"
_TABLE = "rows"
NUMBER, VECTOR = "_number", "_vector"  # of the columns, beside the user's
_SEED = 1234
_NO_LIMIT = 0
# A fifth of the rounds and a quarter of the vectors that it takes by itself
_TRAINING = {"max_iterations": 10, "sample_rate": 64}


def lancedb():
    """The package `lancedb`.

    Raises
    ------
    ImportError
        If it is missing; the message says how to install it.

    Example
    -------
    >>> lancedb().connect.__name__
    'connect'
    """
    return imported(
        "catalogue", "an index of LanceDB", "lancedb", "lancedb.index"
    )


def build_lancedb(folder, vectors, rows, recipe):
    """Writes a database into the folder `lancedb`.

    Arguments
    ---------
    folder : Path
    vectors : StoredVectors
    rows : RowStore
    recipe : Recipe or None
        What is not compressed is compared one by one. LanceDB has no rotation
        before its codes, and none is made.

    Returns
    -------
    probing : Probing or None
    """
    pa = pyarrow()
    dimension = vectors.values.shape[1]
    # Of float16 it makes an index many times slower
    kept = pa.list_(pa.float32(), dimension)
    schema = pa.schema(
        [(NUMBER, pa.int64()), (VECTOR, kept), *rows.table.schema]
    )
    database = lancedb().connect(str(folder / FOLDER))
    table = database.create_table(
        _TABLE, _batches(vectors, rows, schema), schema=schema
    )
    if recipe is None:
        return None
    codes = lancedb().index.IvfPq(
        distance_type="l2",
        num_partitions=recipe.lists,
        num_sub_vectors=_codes(recipe.code_bytes, dimension),
        **_TRAINING,
    )
    table.create_index(VECTOR, config=codes)
    shuffled = np.random.default_rng(_SEED).permutation(len(vectors))
    candidates = LanceSearch(table).candidates
    return choose_probing(vectors, shuffled[:QUERIES], recipe, candidates)


def _batches(vectors, rows, schema):
    pa, start = pyarrow(), 0
    for block in vectors.blocks():
        count = len(block)
        kept = block.numpy().ravel()
        others = rows.table.slice(start, count).combine_chunks()
        columns = [
            pa.array(np.arange(start, start + count)),
            pa.FixedSizeListArray.from_arrays(kept, block.shape[1]),
            *(column.chunk(0) for column in others.columns),
        ]
        yield pa.record_batch(columns, schema=schema)
        start += count


def _codes(most, dimension):
    """The largest number of codes that divides the dimension.

    Example
    -------
    >>> _codes(64, 1000)
    50
    """
    return next(n for n in range(most, 0, -1) if dimension % n == 0)


class LanceSearch:
    """Finds short lists, among the rows that a filter leaves.

    Arguments
    ---------
    table : lancedb.table.Table
    """

    def __init__(self, table):
        self.table = table

    @classmethod
    def open(cls, folder):
        """The database of a folder; a ValueError says if it is damaged."""
        path = Path(folder, FOLDER)
        with _one_error(f"{path}: damaged"):
            return cls(lancedb().connect(str(path)).open_table(_TABLE))

    def candidates(self, queries, length, probes=None, where=None):
        """The nearest by their codes, or of all if there are none.

        Arguments
        ---------
        queries : torch.Tensor
            [q, dim]
        length : int
        probes : int, optional
        where : str, optional
            SQL.

        Returns
        -------
        numbers : np.ndarray
            [q, length], -1 where there are not so many.

        Raises
        ------
        ValueError
            If LanceDB does not understand the filter.
        """
        search = self.table.search(queries.numpy(), VECTOR).limit(length)
        if probes is not None:
            # Where a filter leaves few, further lists are looked through
            search = search.minimum_nprobes(probes).maximum_nprobes(
                probes if where is None else _NO_LIMIT
            )
        if where is not None:
            search = search.where(where)
        with _one_error(f"where: {where!r}"):
            found = search.select([NUMBER, "_distance"]).to_arrow()
        return _by_query(found, len(queries), length)


def _by_query(found, queries, length):
    """Of a table of all that was found: [queries, length]."""
    numbers = np.full((queries, length), NOBODY)
    # A single query has no number
    own = np.zeros(len(found), dtype=int)
    if "query_index" in found.column_names:
        own = found["query_index"].to_numpy()
    order = np.lexsort((found["_distance"].to_numpy(), own))
    own = own[order]
    places = np.arange(len(own)) - np.searchsorted(own, own)
    numbers[own, places] = found[NUMBER].to_numpy()[order]
    return numbers


@contextmanager
def _one_error(what):
    """LanceDB raises errors of many kinds."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        raise ValueError(f"{what} ({error})") from error
