import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import speechbrain_singer
from speechbrain_singer.catalogue import units
from speechbrain_singer.catalogue.embedding import embed_catalogue
from speechbrain_singer.catalogue.tables import read_rows, read_table
from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.shard_writer import write_shards
from speechbrain_singer.dataio.splits import Split
from speechbrain_singer.inference.encoder import SingerEncoder

NAMES = [f"{number}.wav" for number in range(7)]


def names(table):
    return [os.path.basename(path) for path in table.paths]


def check_same(one, other):
    assert (one.paths, one.columns) == (other.paths, other.columns)
    np.testing.assert_array_equal(one.embeddings, other.embeddings)


@pytest.fixture
def heard(monkeypatch):
    """The files that were encoded, by name."""
    heard = []
    encode_each = units.encode_each

    def noted(encoder, rows):
        heard.extend(os.path.basename(str(row["wav"])) for row in rows)
        return encode_each(encoder, rows)

    monkeypatch.setattr(units, "encode_each", noted)
    return heard


@pytest.mark.parametrize("target", ["songs.npz", "parts"])
def test_a_bad_file_costs_itself(target, songs, small, tmp_path, caplog):
    embedded = embed_catalogue([songs], tmp_path / target, small, part_rows=3)
    assert (embedded.new, embedded.failed) == (6, 1)
    table = read_rows(tmp_path / target)
    assert names(table) == NAMES
    errors = table.columns["error"]
    assert [n for n, e in zip(NAMES, errors, strict=True) if e] == ["3.wav"]
    assert f"{songs / '3.wav'}: {errors[3]}" in caplog.text
    encoder = SingerEncoder.from_hparams(small)
    table = read_table(tmp_path / target)
    one_by_one = [encoder.encode_file(path).numpy() for path in table.paths]
    np.testing.assert_allclose(table.embeddings, one_by_one, atol=1e-5)
    assert table.about == {
        **{"encoder": str(small), "sha256": encoder.sha256},
        **{"score": "cosine", "sample_rate": 44100, "dimension": 3},
    }
    assert not (tmp_path / f"{target}.parts").exists()


@pytest.mark.parametrize("target", ["songs.csv", "parts"])
def test_only_what_is_missing_is_embedded(
    target, songs, small, tmp_path, heard
):
    whole, target = tmp_path / "whole.npz", tmp_path / target
    embed_catalogue([songs], whole, small)
    heard.clear()
    some = [songs / name for name in NAMES[:4]]
    embed_catalogue(some, target, small)
    embed_catalogue([songs], target, small)
    assert heard == NAMES
    embed_catalogue([songs], target, small)
    assert heard == NAMES
    one, other = read_rows(target), read_rows(whole)
    assert one.paths == other.paths
    np.testing.assert_allclose(one.embeddings, other.embeddings, atol=1e-6)


@pytest.mark.parametrize("target", ["songs.parquet", "parts"])
def test_what_failed_is_embedded_again_if_asked(
    target, songs, small, tmp_path, heard
):
    target = tmp_path / target
    embed_catalogue([songs], target, small, part_rows=2)
    (songs / "4.wav").rename(songs / "3.wav")  # is audio now
    heard.clear()
    assert embed_catalogue([songs], target, small).failed == 1
    assert heard == []
    embedded = embed_catalogue([songs], target, small, retry=True)
    assert (embedded.new, embedded.failed) == (1, 0)
    assert heard == ["3.wav"]
    table = read_table(target)
    assert sorted(names(table)) == NAMES
    rows = dict(zip(names(table), table.embeddings, strict=True))
    np.testing.assert_allclose(rows["3.wav"], rows["4.wav"], atol=1e-6)


def test_parts_that_are_gone_come_back_under_their_names(
    songs, small, tmp_path
):
    embed_catalogue([songs], tmp_path / "parts", small, part_rows=2)
    whole = read_rows(tmp_path / "parts")
    lost = tmp_path / "parts" / "part-00000001.parquet"
    lost.unlink()
    embed_catalogue([songs], tmp_path / "parts", small, part_rows=2)
    assert lost.exists()
    check_same(read_rows(tmp_path / "parts"), whole)


def test_a_process_killed_in_the_middle(songs, small, tmp_path):
    whole, target = tmp_path / "whole.parquet", tmp_path / "songs.parquet"
    embed_catalogue([songs], whole, small, part_rows=1)
    code = (
        "import sys, time\n"
        "from speechbrain_singer.catalogue import embedding\n"
        "once = embedding.embed_unit\n"
        "def slow(encoder, about, unit):\n"
        "    if unit.path.endswith('4.parquet'):\n"
        "        print('in the middle', flush=True)\n"
        "        time.sleep(60)\n"
        "    return once(encoder, about, unit)\n"
        "embedding.embed_unit = slow\n"
        "embedding.embed_catalogue([sys.argv[1]], *sys.argv[2:], part_rows=1)"
    )
    root = str(Path(speechbrain_singer.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", code, songs, target, small],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL},
        env=os.environ | {"PYTHONPATH": root},
    ) as process:
        assert process.stdout.readline() == b"in the middle\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not target.exists()
    assert len(list((tmp_path / "songs.parquet.parts").glob("part-*"))) == 4
    assert embed_catalogue([songs], target, small, part_rows=1).new == 3
    check_same(read_rows(target), read_rows(whole))
    assert target.read_bytes() == whole.read_bytes()


def test_another_encoder_is_refused(songs, small, tmp_path):
    target = tmp_path / "songs.npz"
    embed_catalogue([songs], target, "mfcc")
    before = target.read_bytes()
    with pytest.raises(ValueError, match=r"songs\.npz: .*another encoder"):
        embed_catalogue([songs], target, small)
    assert target.read_bytes() == before
    assert not target.with_name("songs.npz.parts").exists()


def test_stretches_of_a_file_are_rows(songs, small, tmp_path):
    path, frames = songs / "0.wav", 13230
    manifest = tmp_path / "list.csv"
    manifest.write_text(
        f"wav,start,stop,singer\n{path},0,{frames},Ann\n"
        f"{path},{frames},{2 * frames},Bob\n"
    )
    embed_catalogue([manifest], tmp_path / "songs.npz", small)
    table = read_table(tmp_path / "songs.npz")
    assert table.columns["singer"] == ["Ann", "Bob"]
    waveform, rate = soundfile.read(path, dtype="float32")
    encoder = SingerEncoder.from_hparams(small)
    halves = waveform[:frames], waveform[frames : 2 * frames]
    by_hand = [encoder.encode_waveform(half, rate).numpy() for half in halves]
    np.testing.assert_allclose(table.embeddings, by_hand, atol=1e-5)


def test_shards_are_embedded_without_unpacking(songs, small, tmp_path, heard):
    pytest.importorskip("webdataset")
    corpus = Corpus("folder", songs, tmp_path / "manifests", split=Split(0, 0))
    write_shards(corpus.prepare().train, tmp_path, "train")
    shard, target = tmp_path / "train-000000.tar", tmp_path / "songs.parquet"
    embed_catalogue([shard], target, small)
    table = read_table(target)
    assert sorted(table.columns["song"]) == [n[0] for n in NAMES if n[0] != "3"]
    assert {os.path.dirname(path) for path in table.paths} == {str(shard)}
    encoder = SingerEncoder.from_hparams(small)
    files = [songs / f"{song}.wav" for song in table.columns["song"]]
    by_hand = [encoder.encode_file(path).numpy() for path in files]
    np.testing.assert_allclose(table.embeddings, by_hand, atol=1e-3)
    heard.clear()
    embed_catalogue([shard], target, small)
    assert heard == []


def test_a_shard_that_is_cut_says_so(songs, small, tmp_path):
    pytest.importorskip("webdataset")
    corpus = Corpus("folder", songs, tmp_path / "manifests", split=Split(0, 0))
    write_shards(corpus.prepare().train, tmp_path, "train")
    shard, target = tmp_path / "train-000000.tar", tmp_path / "songs.npz"
    whole = shard.read_bytes()
    shard.write_bytes(whole[: len(whole) // 2])
    embedded = embed_catalogue([shard], target, small)
    assert (embedded.new > 0, embedded.failed) == (True, 1)
    assert read_rows(target).paths[-1] == str(shard)
    shard.write_bytes(whole)
    embedded = embed_catalogue([shard], target, small, retry=True)
    assert (embedded.new, embedded.failed) == (6, 0)
    assert len(set(read_rows(target).paths)) == 6
