"""The parts of a table of embeddings, one after the other."""

from pathlib import Path

from speechbrain_singer.catalogue.tables import PART, parts_of, read_table


def read_parts(path):
    """Reads a table part by part, as it may be larger than memory.

    Arguments
    ---------
    path : str or Path
        As `read_table` takes it.

    Yields
    ------
    part : EmbeddingTable
        Of a folder each of its files.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    paths = parts_of(path) if Path(path).is_dir() else [path]
    if not paths:
        raise FileNotFoundError(f"{path}: no {PART}*.parquet in it")
    yield from map(read_table, paths)
