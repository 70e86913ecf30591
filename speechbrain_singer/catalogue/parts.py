"""What is embedded so far: parts of a table, each a file written at once.

A part has a number, and nothing but the files says what is done: whoever is
killed has lost the part in work, and who comes after takes the recordings that
are in no part, and the numbers that are free.
"""

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from speechbrain_singer.catalogue.listing import key_of, shard_of
from speechbrain_singer.catalogue.tables import (
    ERROR,
    PART,
    check_same_encoder,
    format_of,
    parts_of,
    read_outline,
    read_rows,
    read_together,
    write_table,
)
from speechbrain_singer.dataio.files import check_writable, sweep
from speechbrain_singer.dataio.locks import lock_folder

TRIES = ".tries"  # ending of a file that counts how often a part was begun


@dataclass(frozen=True)
class Unit:
    """The recordings of one part.

    Arguments
    ---------
    path : str
        Of the part.
    rows : list of dict
        As `list_recordings` returns them: recordings, or a single shard.
    """

    path: str
    rows: list


class Parts:
    """The parts of a table that is being made; one process at a time.

    Arguments
    ---------
    target : str or Path
        A file that ends in .parquet, .npz or .csv: its parts lie in a folder
        of that name and `.parts` until they are all there. Or a folder, in
        which they stay.
    about : dict
        Of the encoder, see `EmbeddingTable`.

    Raises
    ------
    InUseError
        If another process is at it.
    ValueError
        If what is there is of another encoder, or no table.
    """

    def __init__(self, target, about):
        self.target = Path(target)
        self._is_file = bool(self.target.suffix) and not self.target.is_dir()
        self._suffix = ".parquet"
        self._folder = self.target
        if self._is_file:
            format_of(target)
            # Those that need pyarrow are for Parquet alone
            if self.target.suffix.lower() != ".parquet":
                self._suffix = ".npz"
            self._folder = self._beside("parts")
            shutil.rmtree(self._beside("done"), ignore_errors=True)
            if self.target.exists():
                _keys(self.target, about)  # refused before anything is made
        check_writable(self._folder)
        lock_folder(self._folder)
        sweep(self._folder, below=False)
        for tries in self._folder.glob(f"*{TRIES}"):
            tries.unlink()
        parts = parts_of(self._folder)
        # A table that stands, and nobody has begun the next one
        self._stands = self._is_file and self.target.exists() and not parts
        # What is done: of each file (key, error) of its rows
        self._done = {
            source: _keys(source, about)
            for source in ([self.target] if self._stands else parts)
        }

    def _beside(self, ending):
        return self.target.with_name(f"{self.target.name}.{ending}")

    def _begin(self):
        """A table that stands becomes the first part of the next."""
        if self._stands:
            write_table(self._path(0), read_rows(self.target))
            self._done = {self._path(0): self._done[self.target]}
            self._stands = False

    def _path(self, number):
        return self._folder / f"{PART}{number:08d}{self._suffix}"

    def failures(self):
        """How many recordings had no embedding when this began."""
        return sum(bool(e) for keys in self._done.values() for _, e in keys)

    def forget_failures(self):
        """Takes out what failed, so that it is lacking; of a shard all."""
        if self.failures():
            self._begin()
        for part, keys in self._done.items():
            failed = {key for key, error in keys if error}
            kept = [n for n, (key, _) in enumerate(keys) if key not in failed]
            if not kept:
                part.unlink()
            elif failed:
                write_table(part, read_rows(part).take(kept))
            self._done[part] = [keys[number] for number in kept]

    def lacking(self, rows, size):
        """What is still to be embedded.

        Arguments
        ---------
        rows : list of dict
            As `list_recordings` returns them.
        size : int
            Recordings of a part. A shard is a part of its own.

        Returns
        -------
        units : list of Unit
            None of them is in a part, and their parts' names are free.
        """
        known = {key for keys in self._done.values() for key, _ in keys}
        new = [row for row in rows if key_of(row) not in known]
        if new:
            self._begin()
        files = [row for row in new if not shard_of(row["wav"])]
        units = [files[i : i + size] for i in range(0, len(files), size)]
        units += [[row] for row in new if shard_of(row["wav"])]
        free = (n for n in count() if not self._path(n).exists())
        return [
            Unit(str(self._path(number)), unit)
            for number, unit in zip(free, units, strict=False)
        ]

    def finish(self, rows):
        """Joins the parts of a file, and removes them once it stands.

        What workers that were lost left half written goes in any case.

        Arguments
        ---------
        rows : list of dict
            The recordings are in their order; what is not among them, as it
            was embedded before, comes last.
        """
        sweep(self._folder, below=False)
        if not self._is_file:
            return
        if parts := parts_of(self._folder):
            table = read_together(parts)
            rank = {key_of(row): place for place, row in enumerate(rows)}
            about = table.about
            keys = [key for part in parts for key, _ in _keys(part, about)]
            ranks = [rank.get(key, len(rows)) for key in keys]
            order = sorted(range(len(ranks)), key=ranks.__getitem__)
            if order != list(range(len(ranks))):
                table = table.take(order)
            write_table(self.target, table)
        # Under this name nobody takes half of them for all
        self._folder.rename(self._beside("done"))
        shutil.rmtree(self._beside("done"), ignore_errors=True)


def _keys(part, about):
    """(key, error) of each row; the recordings of a shard have its key."""
    outline = read_outline(part)
    check_same_encoder(part, outline.about, about)
    empty = [""] * len(outline.paths)
    starts, stops, errors = (
        outline.columns.get(name, empty) for name in ("start", "stop", ERROR)
    )
    paths = (shard_of(path) or path for path in outline.paths)
    keys = zip(paths, starts, stops, strict=True)
    return list(zip(keys, errors, strict=True))
