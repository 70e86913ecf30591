"""Tables of embeddings: a row for each recording, in Parquet, NumPy or CSV."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechbrain_singer.catalogue.parquet import read_parquet, write_parquet
from speechbrain_singer.catalogue.plain_tables import (
    read_csv_table,
    read_npz,
    write_csv_table,
    write_npz,
)

ERROR = "error"  # the column that says why a row has no embedding
PART = "part-"  # what the files of a folder begin with
FORMATS = {
    ".parquet": (read_parquet, write_parquet),
    ".npz": (read_npz, write_npz),
    ".csv": (read_csv_table, write_csv_table),
}


@dataclass(frozen=True)
class EmbeddingTable:
    """Recordings, their embeddings, and which encoder made them.

    Arguments
    ---------
    paths : list of str
    embeddings : np.ndarray
        [n, dim], float32; NaN where there is none.
    columns : dict of str to list
        Further columns of text, such as `singer`; of a row without embedding
        `error` says why.
    about : dict
        Of the encoder: `encoder` (its name), `sha256`, `score` (cosine or
        squared_distance), `sample_rate` in Hz and `dimension`.
    """

    paths: list
    embeddings: np.ndarray
    columns: dict
    about: dict

    def take(self, numbers):
        """The table of some of its rows, in the order given."""
        columns = {
            name: [texts[number] for number in numbers]
            for name, texts in self.columns.items()
        }
        paths = [self.paths[number] for number in numbers]
        return EmbeddingTable(
            paths, self.embeddings[numbers], columns, self.about
        )


def read_table(path):
    """Reads a table of embeddings, without the recordings that have none.

    Arguments
    ---------
    path : str or Path
        A file that ends in .parquet, .npz or .csv, or a folder of Parquet
        files `part-*.parquet`.

    Returns
    -------
    table : EmbeddingTable
        Without the column `error`.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    ValueError
        If it is damaged, or no table of embeddings.

    Example
    -------
    >>> path = getfixture("tmp_path") / "songs.npz"
    >>> about = {"encoder": "mfcc", "dimension": 2}
    >>> write_table(path, EmbeddingTable(["a"], np.eye(1, 2), {}, about))
    >>> read_table(path).embeddings.tolist()
    [[1.0, 0.0]]
    """
    table = read_rows(path)
    usable = np.isfinite(table.embeddings).all(axis=1)
    table.columns.pop(ERROR, None)
    return table if usable.all() else table.take(np.flatnonzero(usable))


def read_rows(path):
    """As `read_table`, with all rows, and the column `error`."""
    path = Path(path)
    if path.is_dir():
        parts = parts_of(path)
        if not parts:
            raise FileNotFoundError(f"{path}: no {PART}*.parquet in it")
        return read_together(parts)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such table of embeddings")
    read, _ = format_of(path)
    return EmbeddingTable(*read(path))


def parts_of(folder):
    """The files `part-*` of a folder that are tables, in order."""
    found = Path(folder).glob(f"{PART}*")
    return sorted(part for part in found if part.suffix in FORMATS)


def read_together(paths):
    """One table of several files, in a row; memory is that of the result.

    Arguments
    ---------
    paths : list of Path
        At least one. What one of them lacks of columns is left empty.

    Returns
    -------
    table : EmbeddingTable
        With all rows, and the column `error`.

    Raises
    ------
    ValueError
        If one is damaged, or they are not of one encoder.

    Example
    -------
    >>> paths = [getfixture("tmp_path") / f"{name}.npz" for name in "ab"]
    >>> about = {"encoder": "mfcc", "dimension": 1}
    >>> for path, columns in zip(paths, ({"singer": ["ann"]}, {})):
    ...     one = EmbeddingTable([path.stem], np.eye(1), columns, about)
    ...     write_table(path, one)
    >>> read_together(paths).columns["singer"]
    ['ann', '']
    """
    outlines = [read_outline(path) for path in paths]
    about = outlines[0].about
    for path, outline in zip(paths, outlines, strict=True):
        check_same_encoder(path, outline.about, about)
    names = dict.fromkeys(n for outline in outlines for n in outline.columns)
    columns = {name: [] for name in names}
    for outline in outlines:
        lacking = [""] * len(outline.paths)
        for name, texts in columns.items():
            texts += outline.columns.get(name, lacking)
    all_paths = [path for outline in outlines for path in outline.paths]
    embeddings = np.empty((len(all_paths), about["dimension"]), np.float32)
    start = 0
    for path, outline in zip(paths, outlines, strict=True):
        stop = start + len(outline.paths)
        embeddings[start:stop] = read_rows(path).embeddings
        start = stop
    return EmbeddingTable(all_paths, embeddings, columns, about)


def read_outline(path):
    """As `read_rows` of a file, but None in place of the embeddings."""
    read, _ = format_of(path)
    paths, _, columns, about = read(path, embeddings=False)
    return EmbeddingTable(paths, None, columns, about)


def check_same_encoder(path, about, other):
    """Refuses a table of another encoder: its embeddings compare with nothing.

    Arguments
    ---------
    path : str or Path
        Of the table.
    about, other : dict
        Of the table, and of what it is to be with.

    Raises
    ------
    ValueError
        If they differ in more than the name of the same weights.
    """
    by = ["sha256" if about.get("sha256") else "encoder"]
    by += ["score", "sample_rate", "dimension"]
    for name in by:
        if about.get(name) != other.get(name):
            raise ValueError(
                f"{path}: has embeddings of another encoder: {name} is "
                f"{about.get(name)!r} there and {other.get(name)!r} here: "
                "name that encoder, or another file"
            )


def write_table(path, table):
    """Writes a table, whole or not at all, in the form that its ending names.

    Arguments
    ---------
    path : str or Path
        Ends in .parquet, .npz or .csv.
    table : EmbeddingTable

    Raises
    ------
    OSError
        If it cannot be written.
    ValueError
        If the ending is another, or a column has a name that is taken.
    """
    _, write = format_of(path)
    embeddings = np.asarray(table.embeddings, dtype=np.float32)
    columns = dict(table.columns)
    errors = columns.pop(ERROR, [""] * len(table.paths))
    check_names(path, columns)
    columns = {ERROR: errors, **columns}
    write(path, EmbeddingTable(table.paths, embeddings, columns, table.about))


def check_names(path, names):
    """Refuses further columns of `path` of names that tables have themselves.

    Raises
    ------
    ValueError
        If there is one.
    """
    for name in names:
        if name in ("path", ERROR, "about") or name.startswith("embedding"):
            raise ValueError(
                f"{path}: the column {name!r} would have the name of one that "
                "every table of embeddings has: rename it"
            )


def format_of(path):
    """The functions that read and write files of this ending.

    Raises
    ------
    ValueError
        If it is none of `FORMATS`.

    Example
    -------
    >>> format_of("songs.txt")
    Traceback (most recent call last):
    ValueError: songs.txt: must end in .parquet, .npz, .csv
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"{path}: must end in {', '.join(FORMATS)}")
    return FORMATS[suffix]
