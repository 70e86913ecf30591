from pathlib import Path

import soundfile
from shards import RATE, prepare, write_corpus

from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.shard_writer import write_shards
from speechbrain_singer.dataio.sharded import ShardedCorpus


def shards_of(folder, **seconds):
    """The pattern of the shards of a corpus, each named as any other one's."""
    folder.mkdir()
    write_corpus(folder, **seconds)
    write_shards(prepare(folder), folder / "shards", "part", 100, RATE)
    return f"{folder}/shards/part-*.tar"


def held_out(valid, folder, train=""):
    parts = ShardedCorpus(train or valid, valid, "", folder).prepare()
    return parts, {row["ID"]: row for row in read_manifest(parts.valid)}


def test_other_shards_of_the_same_names_are_noticed(tmp_path):
    one = shards_of(tmp_path / "one", ann=[1, 1])
    other = shards_of(tmp_path / "other", bob=[1, 2])
    first, rows = held_out(one, tmp_path / "held_out")
    assert set(rows) == {"ann/0.wav", "ann/1.wav"}
    second, rows = held_out(other, tmp_path / "held_out")
    assert set(rows) == {"bob/0.wav", "bob/1.wav"}
    assert first.train_rows != second.train_rows
    # The same ones may lie elsewhere
    (tmp_path / "moved").symlink_to(tmp_path / "one")
    moved, _ = held_out(one.replace("/one/", "/moved/"), tmp_path / "held_out")
    assert moved.train_rows == first.train_rows


def test_what_is_unpacked_is_not_unpacked_again(tmp_path):
    pattern = shards_of(tmp_path / "one", ann=[1])
    _, rows = held_out(pattern, tmp_path / "held_out")
    path = Path(rows["ann/0.wav"]["wav"])
    before = path.stat()
    held_out(pattern, tmp_path / "held_out")
    assert path.stat().st_ino == before.st_ino


def test_files_of_shards_that_were_written_apart_stay_apart(tmp_path):
    one = shards_of(tmp_path / "one", ann=[1])
    shards_of(tmp_path / "other", bob=[2])
    renamed = tmp_path / "other" / "bob-0.tar"
    (tmp_path / "other" / "shards" / "part-000000.tar").rename(renamed)
    _, rows = held_out(f"{one}::{renamed}", tmp_path / "held_out")
    for name, seconds in (("ann/0.wav", 1), ("bob/0.wav", 2)):
        assert soundfile.info(rows[name]["wav"]).frames == seconds * RATE
