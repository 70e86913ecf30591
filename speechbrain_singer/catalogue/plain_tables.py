"""Tables of embeddings as NumPy's .npz and as CSV, which need no package.

An .npz has `path`, `embedding` ([n, dim], NaN where there is none), `error`,
further columns of text, and `about`, which is JSON about the encoder. A CSV has
the same columns; `about` stands in its first row, and each number of an
embedding in a column of its own, from `embedding_0` on.
"""

import json
import zipfile
import zlib

import numpy as np

from speechbrain_singer.catalogue.parquet import DAMAGED, FOREIGN
from speechbrain_singer.dataio.csv_files import csv_writer, read_csv
from speechbrain_singer.dataio.files import atomic_open, atomic_path

_OWN = {"path", "embedding", "error", "about"}
_NUMBER = "embedding_"
# What `np.load` raises; a TypeError where it is one array, not an .npz
_OF_BAD_FILES = (
    *(ValueError, OSError, EOFError, TypeError),
    *(zipfile.BadZipFile, zlib.error),
)


def write_npz(path, table):
    """Writes an `EmbeddingTable` with the column `error`."""
    arrays = {name: np.array(own) for name, own in table.columns.items()}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(
            file,
            path=np.array(table.paths),
            embedding=table.embeddings,
            about=np.array(json.dumps(table.about)),
            **arrays,
        )


def read_npz(path, embeddings=True):
    """What makes an `EmbeddingTable`: paths, embeddings, columns, about.

    Arguments
    ---------
    path : str or Path
    embeddings : bool
        Whether to read them; None is in their place otherwise.

    Raises
    ------
    ValueError
        If the file is damaged, or no table of embeddings.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            names = set(file)
            left_out = set() if embeddings else {"embedding"}
            # In the order in which they were written
            arrays = {n: file[n] for n in file if n not in left_out}
    except _OF_BAD_FILES as error:
        raise ValueError(f"{path}: {DAMAGED} ({error})") from error
    _check_columns(path, names)
    vectors = arrays.pop("embedding", None)
    about = _about(path, arrays.pop("about").item())
    paths = arrays.pop("path").tolist()
    columns = {name: own.tolist() for name, own in arrays.items()}
    return paths, vectors, columns, about


def write_csv_table(path, table):
    """Writes an `EmbeddingTable` with the column `error`."""
    numbers = [f"{_NUMBER}{n}" for n in range(table.embeddings.shape[1])]
    about = json.dumps(table.about)
    with atomic_open(path) as file:
        writer = csv_writer(file)
        writer.writerow(["path", *table.columns, "about", *numbers])
        for row, name in enumerate(table.paths):
            texts = [own[row] for own in table.columns.values()]
            embedding = table.embeddings[row]
            failed = np.isnan(embedding).any()
            values = [""] * len(numbers) if failed else map(str, embedding)
            writer.writerow([name, *texts, about, *values])
            about = ""


def read_csv_table(path, embeddings=True):
    """As `read_npz`; the embeddings are read in any case."""
    rows = [row for _, row in read_csv(path, [])]
    names = list(rows[0]) if rows else []
    numbers = [name for name in names if name.startswith(_NUMBER)]
    further = [n for n in names if n not in _OWN and n not in numbers]
    _check_columns(path, {*names, *(["embedding"] if numbers else [])})
    # The first, unless somebody sorted the rows
    about = _about(path, max(row["about"] for row in rows))
    try:
        embeddings = [
            [float(row[name] or "nan") for name in numbers] for row in rows
        ]
    except ValueError as error:
        raise ValueError(f"{path}: {DAMAGED} ({error})") from error
    columns = {n: [row[n] for row in rows] for n in ("error", *further)}
    paths = [row["path"] for row in rows]
    return paths, np.array(embeddings, np.float32), columns, about


def _check_columns(path, names):
    lacking = _OWN - names
    if lacking:
        raise ValueError(
            f"{path}: {FOREIGN}; it lacks {', '.join(sorted(lacking))}"
        )


def _about(path, text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path}: {DAMAGED} ({error})") from error
