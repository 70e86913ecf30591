"""The paths and columns of an index: a row is read where it lies on disk."""

from pathlib import Path

import numpy as np

from speechbrain_singer.catalogue.parquet import pyarrow

FILE = "rows.arrow"
PATH = "path"


class RowWriter:
    """Writes rows, some at a time.

    Arguments
    ---------
    folder : Path
        Of the index.
    names : list of str
        Of the columns.
    """

    def __init__(self, folder, names):
        pa = pyarrow()
        self.names = [PATH, *names]
        # `string` holds no more than 2 GB of paths
        fields = [(name, pa.large_string()) for name in self.names]
        self.schema = pa.schema(fields)
        self._file = pa.ipc.new_file(str(folder / FILE), self.schema)

    def write(self, paths, columns):
        """Adds rows; a column that they lack is empty.

        Raises
        ------
        ValueError
            If they have a column that the first ones have not.
        """
        unknown = [name for name in columns if name not in self.names]
        if unknown:
            raise ValueError(
                f"{paths[0]}: has the column {unknown[0]!r}, which the first "
                "part of the table lacks: write the table anew with "
                "`singer embed`"
            )
        given = {PATH: paths, **columns}
        lacking = [""] * len(paths)
        lists = [given.get(name, lacking) for name in self.names]
        arrays = [
            pyarrow().array(texts, pyarrow().large_string()) for texts in lists
        ]
        batch = pyarrow().record_batch(arrays, schema=self.schema)
        self._file.write_batch(batch)

    def close(self):
        self._file.close()


class RowStore:
    """Rows by their numbers, and numbers by what stands in a column.

    Arguments
    ---------
    folder : str or Path
        Of the index.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> writer = RowWriter(folder, ["singer"])
    >>> writer.write(["a.wav", "b.wav"], {"singer": ["ann", "bob"]})
    >>> writer.close()
    >>> rows = RowStore(folder)
    >>> rows[1]
    {'path': 'b.wav', 'singer': 'bob'}
    >>> rows.where("singer", "bob")
    array([1])
    """

    def __init__(self, folder):
        pa = pyarrow()
        mapped = pa.memory_map(str(Path(folder, FILE)))
        self.table = pa.ipc.open_file(mapped).read_all()

    def __len__(self):
        return self.table.num_rows

    def __getitem__(self, number):
        (row,) = self.table.slice(int(number), 1).to_pylist()
        return row

    @property
    def columns(self):
        """Names of the columns but `path`."""
        return [name for name in self.table.column_names if name != PATH]

    def where(self, name, value):
        """Numbers of the rows with a value in a column, int64.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        import pyarrow.compute

        if name not in self.table.column_names:
            raise ValueError(
                f"no column {name!r} in this index; there are "
                f"{', '.join(self.table.column_names)}"
            )
        equal = pyarrow.compute.equal(self.table[name], value)
        return np.flatnonzero(equal.to_numpy(zero_copy_only=False))
