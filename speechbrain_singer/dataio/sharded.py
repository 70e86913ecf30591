"""A corpus in shards: one part streams by, the others are unpacked."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from speechbrain_singer.dataio.files import (
    atomic_open,
    atomic_path,
    check_writable,
    read_json,
    sweep,
)
from speechbrain_singer.dataio.manifest import write_manifest
from speechbrain_singer.dataio.roots import OWN, below_root
from speechbrain_singer.dataio.shard_reader import (
    Shards,
    find_shards,
    shard_name,
)
from speechbrain_singer.dataio.shard_rows import OF_SHARDS
from speechbrain_singer.distributed import on_main


class ShardedParts(NamedTuple):
    """Where the parts of a sharded corpus are.

    Arguments
    ---------
    train : list of str
        Shards.
    valid, test : str
        Manifests.
    first : list of dict
        The row of the first recording to train on.
    """

    train: list
    valid: str
    test: str
    first: list

    @property
    def train_rows(self):
        """A row for each shard, by which others are told from them.

        As shards of another corpus have the same names, the first recording's
        is one of them.
        """
        names = [{"ID": shard_name(s), "duration": None} for s in self.train]
        return names + self.first


@dataclass(frozen=True)
class ShardedCorpus:
    """Shards to train on, and recordings to validate with and to test.

    Arguments
    ---------
    train, valid, test : str
        Patterns as `find_shards` has them; empty where there is no such part.
    folder : str or Path
        Where the recordings of `valid` and `test` and their manifests come to
        lie.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> (folder / "train-000000.tar").touch()
    >>> corpus = ShardedCorpus(f"{folder}/*.tar", "", "", folder / "held_out")
    >>> parts = corpus.prepare()
    >>> [shard_name(shard) for shard in parts.train]
    ['train-000000.tar']
    >>> Path(parts.valid).name
    'valid.csv'
    """

    train: str
    valid: str
    test: str
    folder: str

    def prepare(self):
        """Unpacks what is held out, or leaves it where it was unpacked.

        To be called by all processes; the main one does it.

        Returns
        -------
        parts : ShardedParts

        Raises
        ------
        FileNotFoundError
            If a pattern finds no shards.
        """
        return on_main(self._prepare)

    def _prepare(self):
        check_writable(self.folder)
        sweep(self.folder)
        train = find_shards(self.train)
        return ShardedParts(
            train,
            _unpack(self.valid, Path(self.folder, "valid")),
            _unpack(self.test, Path(self.folder, "test")),
            _first_row(train),
        )


def _first_row(shards):
    """The row of the first recording that can be read, in a list."""
    reader = Shards(shards)
    for shard in shards:
        for recording in reader.recordings(shard):
            return [{key: recording.row[key] for key in ("ID", "duration")}]
    return []


def _unpack(pattern, folder):
    """Writes the recordings of shards into a folder, a manifest beside it."""
    manifest, note = folder.with_suffix(".csv"), folder.with_suffix(".json")
    shards = find_shards(pattern) if pattern else []
    facts = {"shards": [[shard_name(s), _size(s)] for s in shards]}
    if manifest.exists() and note.exists():
        if read_json(note, "delete it") == facts:
            return str(manifest)
    # What is killed from here on must not pass for unpacked
    note.unlink(missing_ok=True)
    folder.mkdir(exist_ok=True)
    reader, rows = Shards(shards), []
    found = (
        (s, recording) for s in shards for recording in reader.recordings(s)
    )
    for shard, recording in found:
        # Shards that were written apart have files of one name
        path = folder / Path(shard_name(shard)).stem / recording.row["wav"]
        path.parent.mkdir(exist_ok=True)
        with atomic_path(path) as part:
            part.write_bytes(recording.flac)
        row = {k: v for k, v in recording.row.items() if k not in OF_SHARDS}
        rows.append(row | {"wav": below_root(path, OWN, folder.parent)})
    write_manifest(manifest, sorted(rows, key=lambda row: row["ID"]))
    with atomic_open(note) as file:
        json.dump(facts, file)
    return str(manifest)


def _size(shard):
    """Bytes, by which another shard of the name is noticed, on this machine."""
    return os.path.getsize(shard) if os.path.exists(shard) else None
