import sys
import tarfile
from pathlib import Path

import pytest
from shards import rows_in, shards_of, write_corpus

from speechbrain_singer.dataio import webdataset as lazy
from speechbrain_singer.dataio.shard_reader import Shards, find_shards


@pytest.fixture
def shards(tmp_path):
    manifest = write_corpus(tmp_path, **{f"s{n}": [1] * 3 for n in range(4)})
    found = shards_of(manifest, tmp_path / "shards", recordings=3)
    assert len(found) == 4
    return found


def names(recordings):
    return [recording.row["ID"] for recording in recordings]


def names_in(shard):
    return [row["ID"] for row in rows_in(shard)]


def test_patterns(shards, tmp_path):
    folder = tmp_path / "shards"
    assert find_shards(f"{folder}/train-*.tar") == shards
    assert (
        find_shards(f"{tmp_path}/s*s/train-{{000001..000003}}.tar")
        == (shards[1:])
    )
    assert find_shards(f"{shards[2]}::{shards[0]}") == [shards[0], shards[2]]
    urls = find_shards("https://there/train-{000000..000002}.tar")
    assert urls[2] == "https://there/train-000002.tar"
    with pytest.raises(FileNotFoundError, match=r"train-000004.tar: no such"):
        find_shards(f"{folder}/train-{{000003..000004}}.tar")
    with pytest.raises(ValueError, match="two shards of one name"):
        find_shards(f"{shards[0]}::http://there/{Path(shards[0]).name}")


def test_a_path_may_look_like_a_pattern(tmp_path):
    path = tmp_path / "[1]" / "train-0.tar"
    path.parent.mkdir()
    path.touch()
    assert find_shards(str(path)) == [str(path)]


def test_what_was_written_is_read(shards):
    for shard in shards:
        assert names(Shards(shards).recordings(shard)) == names_in(shard)
    handfuls = list(Shards(shards).handfuls(shards[0]))
    assert [[r.row["singer"] for r in handful] for handful in handfuls] == [
        [names_in(shards[0])[0].split("/")[0]] * 3
    ]


def test_a_command_may_give_the_shard(shards):
    recordings = Shards([]).recordings(f"pipe:cat '{shards[0]}'")
    assert names(recordings) == names_in(shards[0])


def test_all_readers_together_have_each_shard_once(shards):
    reader = Shards(shards)
    deals = [reader.deal([1, 2, 3], i, 3) for i in range(3)]
    assert sorted(shard for deal in deals for shard in deal) == shards
    orders = {tuple(reader.deal([1, 2, number])) for number in range(20)}
    assert len(orders) > 10


def at_flac(shard, number):
    """Where the FLAC of a recording begins in its shard."""
    with tarfile.open(shard) as tar:
        return tar.getmembers()[2 * number].offset_data


def flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_costs_one_recording(shards, caplog):
    path = Path(shards[0])
    rows = names_in(path)
    flip(path, at_flac(path, 1) + 5000)
    reader = Shards(shards)
    for _ in range(2):
        assert names(reader.recordings(shards[0])) == [rows[0], rows[2]]
    (message,) = caplog.messages
    assert message.startswith(str(path)) and "check sum" in message


def test_a_row_that_is_damaged_costs_one_recording(shards, caplog):
    path = Path(shards[0])
    rows = names_in(path)
    with tarfile.open(path) as tar:
        place = tar.getmembers()[3].offset_data
    flip(path, place + 20)
    assert names(Shards(shards).recordings(shards[0])) == [rows[0], rows[2]]
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("where", ["flac", "header", "between"])
def test_a_shard_that_is_cut_gives_what_came_before(shards, caplog, where):
    path = Path(shards[0])
    rows = names_in(path)
    begin = at_flac(path, 2)
    cut = {"flac": begin + 3000, "header": begin - 100, "between": begin - 512}
    path.write_bytes(path.read_bytes()[: cut[where]])
    assert names(Shards(shards).recordings(shards[0])) == rows[:2]
    (message,) = caplog.messages
    assert message.startswith(str(path))


def test_a_broken_header_is_named(shards, caplog):
    path = Path(shards[0])
    rows = names_in(path)
    flip(path, at_flac(path, 1) - 512 + 3)
    assert names(Shards(shards).recordings(shards[0])) == rows[:1]
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("content", [b"", b"no tar" * 1000, None])
def test_what_is_no_shard_is_named(shards, caplog, content):
    path = Path(shards[0])
    path.unlink() if content is None else path.write_bytes(content)
    assert names(Shards(shards).recordings(shards[0])) == []
    (message,) = caplog.messages
    assert message.startswith(str(path))


def test_shards_of_others_are_told_from_ours(shards, caplog):
    path = Path(shards[0])
    with lazy.webdataset().TarWriter(str(path)) as tar:
        tar.write({"__key__": "1", "flac": b"fLaC", "json": {"text": "la"}})
    assert names(Shards(shards).recordings(shards[0])) == []
    assert "no row that recipes/ssl/shard.py wrote" in caplog.text


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "webdataset", None)
    with pytest.raises(ImportError, match=r"speechbrain_singer\[shards\]"):
        find_shards("train-*.tar")
