import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from shards import RATE, noise, prepare, rows_in, shards_of, write_corpus

from speechbrain_singer.dataio import shard_writer
from speechbrain_singer.dataio.shard_plan import HANDFUL, plan_shards
from speechbrain_singer.dataio.shard_rows import ShardRecording
from speechbrain_singer.dataio.shard_writer import write_shards


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def flac_in(shard, name):
    with tarfile.open(shard) as tar:
        return io.BytesIO(tar.extractfile(name).read())


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_samples_come_out_bit_by_bit(tmp_path, subtype):
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "a.wav"
    soundfile.write(path, noise(1), RATE, subtype)
    (shard,) = shards_of(prepare(tmp_path), tmp_path / "shards")
    flac = flac_in(shard, "000000000.flac")
    assert soundfile.SoundFile(flac).subtype == subtype
    flac.seek(0)
    expected, _ = soundfile.read(path, dtype="int32")
    np.testing.assert_array_equal(
        soundfile.read(flac, dtype="int32")[0], expected
    )


def test_what_is_too_loud_for_flac_is_scaled(tmp_path):
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "a.wav"
    soundfile.write(path, 5 * noise(1), RATE, "FLOAT")
    (shard,) = shards_of(prepare(tmp_path), tmp_path / "shards")
    samples, _ = soundfile.read(flac_in(shard, "000000000.flac"))
    expected = noise(1) / np.abs(noise(1)).max()
    np.testing.assert_allclose(samples, expected, atol=1e-6)
    assert rows_in(shard)[0]["peak"] == pytest.approx(1, abs=1e-4)


def test_other_rates_and_stereo_become_mono_at_the_rate(tmp_path):
    (tmp_path / "corpus").mkdir()
    stereo = np.stack([noise(1), noise(1)], axis=1)
    path = tmp_path / "corpus" / "a.wav"
    soundfile.write(path, stereo, 2 * RATE, "PCM_16")
    (shard,) = shards_of(prepare(tmp_path), tmp_path / "shards")
    info = soundfile.info(flac_in(shard, "000000000.flac"))
    assert (info.samplerate, info.channels, info.frames) == (RATE, 1, 4000)
    (row,) = rows_in(shard)
    assert (row["start"], row["stop"], row["sample_rate"]) == (0, 4000, RATE)
    assert row["duration"] == 0.5 and row["wav"] == "000000000.flac"


def test_every_recording_is_in_one_shard(tmp_path):
    manifest = write_corpus(tmp_path, ann=[1] * 5, bob=[1] * 2, cyd=[1])
    shards = shards_of(manifest, tmp_path / "shards", recordings=3)
    assert len(shards) > 1
    rows = [row for shard in shards for row in rows_in(shard)]
    assert sorted(row["ID"] for row in rows) == [
        *(f"ann/{n}.wav" for n in range(5)),
        *("bob/0.wav", "bob/1.wav", "cyd/0.wav"),
    ]
    assert [row["last"] for row in rows_in(shards[0])][-2:] == [False, True]


def test_no_handful_is_of_one_where_there_are_more():
    counts = {"a": 1, "b": 2, "c": 5, "d": 9, "e": 23}
    singers = [name for name, count in counts.items() for _ in range(count)]
    rows = [{"singer": singer, "duration": 1.0} for singer in singers]
    rows += [{"singer": "", "duration": 1.0}] * 3
    shards = plan_shards(rows, 1e-3, sample_rate=RATE, seed=1)
    handfuls = {}
    for number, shard in enumerate(shards):
        for handful, row in shard:
            handfuls.setdefault((number, handful), []).append(
                rows[row]["singer"]
            )
    assert len(handfuls) == len({handful for _, handful in handfuls})
    for singers in handfuls.values():
        assert len(set(singers)) == 1
        few = singers[0] in ("a", "")
        assert len(singers) == 1 if few else 2 <= len(singers) <= HANDFUL
    assert sum(map(len, handfuls.values())) == len(rows)


def test_a_shard_has_about_the_size_that_is_asked_for(tmp_path):
    manifest = write_corpus(tmp_path, **{f"s{n}": [2, 2] for n in range(10)})
    write_shards(manifest, tmp_path / "shards", "train", 0.1, RATE)
    sizes = [p.stat().st_size for p in (tmp_path / "shards").glob("*.tar")]
    # Noise cannot be made smaller, and a tar fills up what it begins
    assert len(sizes) == 4
    assert max(sizes) < 2.5e5


class KilledError(Exception):
    pass


def test_a_killed_run_ends_with_the_same_bytes(tmp_path, monkeypatch):
    manifest = write_corpus(tmp_path, ann=[1] * 6, bob=[1] * 6)
    (tmp_path / "corpus" / "ann" / "3.wav").write_bytes(b"no audio")
    shards_of(manifest, tmp_path / "whole")
    write, done = shard_writer.as_flac, []

    def die(*args):
        done.append(args)
        if len(done) > 5:
            raise KilledError
        return write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(shard_writer, "as_flac", die)
        patch.setattr(shard_writer.os, "cpu_count", lambda: 1)
        with pytest.raises(KilledError):
            shards_of(manifest, tmp_path / "killed")
    before = files_in(tmp_path / "killed")
    whole = files_in(tmp_path / "whole")
    assert 0 < len(before) < len(whole)
    assert before.items() <= whole.items()
    monkeypatch.setattr(
        shard_writer, "as_flac", lambda *args: done.append(args) or write(*args)
    )
    done.clear()
    shards_of(manifest, tmp_path / "killed")
    assert files_in(tmp_path / "killed") == whole
    # What was whole was not written again
    assert 0 < len(done) < 11


def test_a_bad_file_costs_itself_only(tmp_path):
    manifest = write_corpus(tmp_path, ann=[1] * 4, bob=[1])
    (tmp_path / "corpus" / "ann" / "1.wav").write_bytes(b"no audio")
    (tmp_path / "corpus" / "bob" / "0.wav").unlink()
    notes = write_shards(manifest, tmp_path / "shards", "train", 1e-3, RATE)
    paths = [row["path"] for note in notes.values() for row in note["skipped"]]
    assert [Path(path).name for path in sorted(paths)] == ["1.wav", "0.wav"]
    reasons = [row["reason"] for n in notes.values() for row in n["skipped"]]
    assert "no such file" in reasons
    # Of the shard with nothing in it there is but the note
    shards = sorted((tmp_path / "shards").glob("*.tar"))
    assert len(shards) == 1 and len(notes) == 2
    assert [row["ID"] for row in rows_in(shards[0])].count("ann/1.wav") == 0
    assert rows_in(shards[0])[-1]["last"]


def test_silence_is_noted(tmp_path):
    (tmp_path / "corpus").mkdir()
    samples = np.concatenate([np.zeros(2 * RATE), noise(2)])
    soundfile.write(tmp_path / "corpus" / "a.wav", samples, RATE, "PCM_16")
    (shard,) = shards_of(prepare(tmp_path), tmp_path / "shards")
    recording = ShardRecording(rows_in(shard)[0], b"")
    assert recording.sounding(0, 2 * RATE) == 0
    assert recording.sounding(2 * RATE, 2 * RATE) == 1
    assert recording.sounding(RATE, 2 * RATE) == pytest.approx(0.5, abs=0.02)
