from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from shards import RATE, noise, prepare, shards_of, write_corpus
from torch.utils.data import DataLoader

from speechbrain_singer.dataio import shard_pairs
from speechbrain_singer.dataio.manifest import read_manifest
from speechbrain_singer.dataio.planned_pairs import plan_pairs
from speechbrain_singer.dataio.recordings import Recordings
from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.dataio.shard_pairs import ShardPairs
from speechbrain_singer.dataio.shard_reader import Shards
from speechbrain_singer.dataio.shard_rows import ShardRecording, pack
from speechbrain_singer.dataio.shard_stream import PairStream, StreamSettings

SECONDS = 0.25


@pytest.fixture(scope="module")
def choir(tmp_path_factory):
    """Eight shards of 24 recordings, of singers with one to four of them."""
    folder = tmp_path_factory.mktemp("choir")
    seconds = {f"s{n}": [1.0] * (1 + n % 4) for n in range(10)}
    seconds["s0"] = [3.0]
    manifest = write_corpus(folder, **seconds, empty_name=[1.0])
    return shards_of(manifest, folder / "shards", recordings=3)


def settings(by_singer=False, megabytes=0.02, seed=1):
    return StreamSettings(SECONDS, by_singer, megabytes * 1e6, seed)


def pairs_of(shards, **kwargs):
    kwargs = {"buffer_megabytes": 0.02, "seed": 1} | kwargs
    return ShardPairs(
        shards, **{"seconds": SECONDS, "sample_rate": RATE} | kwargs
    )


def load(shards, clips=96, workers=0, share=None, first=0, epoch=1, **kwargs):
    """Batches of four, as one process of several has them."""
    batches = ClipBatches(clips, 4, **(share or {}))
    batches.set_epoch(epoch)
    batches.resume_at(first)
    pairs = pairs_of(shards, **kwargs)
    pairs.processes = (share or {}).get("world_size", 1)
    return list(DataLoader(pairs, batch_sampler=batches, num_workers=workers))


def seeds_of(batches):
    return list(
        map(tuple, torch.cat([batch["seeds"] for batch in batches]).tolist())
    )


def one_pass(shards, *share, by_singer=False, epoch=1):
    """All arrivals of the first pass of a reader."""
    stream = PairStream(Shards(shards), settings(by_singer), epoch, *share)
    stream._begin_pass()
    return list(stream._arriving)


def same(one, other):
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert a.keys() == b.keys()
        for name in a:
            assert torch.equal(a[name], b[name]), name


@pytest.mark.parametrize("by_singer", [False, True])
def test_all_readers_have_each_recording_once_a_pass(choir, by_singer):
    ids = Counter(
        recording.row["ID"]
        for reader in range(4)
        for arrived in one_pass(choir, reader, 4, by_singer=by_singer)
        for recording in arrived
    )
    assert len(ids) == 24 and set(ids.values()) == {1}


@pytest.mark.parametrize("pairs", ["recording", "singer"])
def test_two_processes_of_two_workers_lose_and_repeat_no_pair(choir, pairs):
    stream = PairStream(Shards(choir), settings(pairs == "singer"), epoch=1)
    taken = [stream.take() for _ in range(200)]
    of_first_pass = {pair.seeds for pair in _of_pass(choir, pairs, 0)}
    assert of_first_pass <= {pair.seeds for pair in taken}
    seen = Counter()
    for rank in range(2):
        share = {"rank": rank, "world_size": 2}
        batches = load(choir, 480, 2, share, pairs=pairs)
        assert len(batches) == 60
        seen.update(seeds_of(batches))
    assert set(seen.values()) == {1}
    assert of_first_pass <= set(seen)


def _of_pass(shards, pairs, number):
    """What a pass gives, taken from a buffer that holds all of it."""
    stream = PairStream(
        Shards(shards), settings(pairs == "singer", 100), epoch=1
    )
    stream._fill()
    return [pair for pair, its_pass, _ in stream._waiting if its_pass == number]


def test_an_item(choir):
    item = pairs_of(choir).__getitems__([(0, 0), (0, 1)])[1]
    assert item["clips"].shape == (2, SECONDS * RATE)
    assert item["clips"].dtype == torch.float32
    assert item["clips"].abs().amax(dim=1).tolist() == pytest.approx([1, 1])
    assert item["seeds"].shape == (2,)


def test_clips_are_those_of_the_files(choir):
    corpus = Path(choir[0]).parents[1] / "corpus"
    stream = PairStream(Shards(choir), settings(True), epoch=1)
    pairs = pairs_of(choir, pairs="singer")
    for clips in load(choir, 40, pairs="singer"):
        for item in clips["clips"]:
            pair = stream.take()
            for clip, (recording, start) in zip(item, pair[:2], strict=True):
                path = corpus / recording.row["ID"]
                expected, _ = soundfile.read(path, pairs.time, start)
                expected /= np.abs(expected).max()
                np.testing.assert_allclose(clip, expected, atol=1e-6)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_batch_depends_on_seed_epoch_and_number_only(choir, workers):
    first = load(choir, workers=workers)
    same(first, load(choir, workers=workers))
    for other in ({"epoch": 2}, {"seed": 7}):
        others = load(choir, workers=workers, **other)
        assert not set(seeds_of(others)) & set(seeds_of(first))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("first", [1, 4, 7])
def test_goes_on_within_an_epoch(choir, workers, first):
    share = {"rank": 1, "world_size": 2}
    whole = load(choir, workers=workers, share=share)
    rest = load(choir, workers=workers, share=share, first=first)
    same(rest, whole[first:])


def test_other_rates_are_resampled_as_those_of_files(choir):
    manifest = Path(choir[0]).parents[1] / "manifest" / "train.csv"
    files = Recordings(manifest, SECONDS, 11025)
    numbers = {row["ID"]: n for n, row in enumerate(read_manifest(manifest))}
    stream = PairStream(Shards(choir), settings(), epoch=1)
    for batch in load(choir, 40, sample_rate=11025):
        for clips in batch["clips"]:
            (one, *starts), (_, second), _ = stream.take()
            with files.open(numbers[one.row["ID"]]) as recording:
                for clip, start in zip(clips, [*starts, second], strict=True):
                    expected = recording.read(start).waveform()
                    np.testing.assert_allclose(clip, expected, atol=1e-6)


def test_what_is_passed_over_is_not_decoded(choir, monkeypatch):
    opened = []
    open_audio = shard_pairs.open_audio
    monkeypatch.setattr(
        shard_pairs,
        "open_audio",
        lambda stream: opened.append(stream) or open_audio(stream),
    )
    load(choir, clips=96, first=23)
    assert len(opened) == 4


def test_epochs_follow_each_other_in_one_loader(choir):
    pairs = pairs_of(choir)
    batches = ClipBatches(12, 4)
    loader = DataLoader(pairs, batch_sampler=batches)
    for epoch in (1, 2):
        batches.set_epoch(epoch)
        same(list(loader), load(choir, 12, epoch=epoch))


@pytest.mark.parametrize("megabytes", [0, 0.05])
def test_the_buffer_is_bounded(choir, megabytes):
    stream = PairStream(Shards(choir), settings(megabytes=megabytes), epoch=1)
    largest = max(len(r.flac) for (r,) in one_pass(choir))
    for _ in range(300):
        stream.take()
        held = {
            recording.row["ID"]: len(recording.flac)
            for pair, _, _ in stream._waiting
            for recording, _ in pair[:2]
        }
        assert stream._held <= megabytes * 1e6 + largest
        assert sum(held.values()) <= stream._held


def test_a_small_corpus_is_not_in_the_buffer_many_times(choir):
    stream = PairStream(Shards(choir), settings(megabytes=1000), epoch=1)
    for _ in range(200):
        stream.take()
        assert len({number for _, number, _ in stream._waiting}) <= 2


def test_pairs_of_a_singer_are_of_two_recordings(choir):
    stream = PairStream(Shards(choir), settings(by_singer=True), epoch=1)
    alone = {"s0", "s4", "s8", "empty_name"}
    seen = set()
    for _ in range(400):
        (one, _), (other, _), _ = stream.take()
        singer = one.row["singer"]
        assert singer == other.row["singer"]
        assert (one is other) == (singer in alone)
        seen.add(singer)
    assert len(seen) == 11


def test_groups_are_the_singers_or_the_recordings(choir):
    for pairs, count in (("singer", 11), ("recording", 24)):
        batches = load(choir, 400, pairs=pairs)
        groups = torch.cat([batch["group"] for batch in batches])
        assert len(groups.unique()) == count


def test_draws_fall_in_proportion_to_singing_time(tmp_path):
    (tmp_path / "corpus").mkdir()
    silence = np.zeros(5 * RATE)
    pauses = np.concatenate([noise(0.3), np.zeros(2400)] * 16)
    short = np.concatenate([noise(0.1), np.zeros(800)])
    recordings = [noise(10), [*silence, *noise(5)], pauses, noise(2), short]
    for number, samples in enumerate(recordings):
        path = tmp_path / "corpus" / f"{number}.wav"
        soundfile.write(path, np.array(samples), RATE, "PCM_16")
    shards = shards_of(prepare(tmp_path), tmp_path / "shards", 1000)
    stream = PairStream(Shards(shards), settings(megabytes=0.1), epoch=1)
    ids = [stream.take().first[0].row["ID"] for _ in range(4000)]
    counts = np.array([ids.count(f"{n}.wav") for n in range(5)])
    singing = np.array([10, 5, 4.8, 2, 0.1])
    expected = 4000 * singing / singing.sum()
    # 4 degrees of freedom: beyond 20.5 in 4 of 10,000 cases
    assert ((counts - expected) ** 2 / expected).sum() < 20.5


def test_a_weight_says_how_often_a_second_is_heard():
    row = {"stop": 100 * RATE, "sample_rate": RATE}
    row["sounding"] = pack([True] * 4301)
    generator = np.random.default_rng(0)
    for weight in (0.5, 1, 3):
        recording = ShardRecording(row | {"weight": weight}, b"")
        pairs = plan_pairs([recording], 1.0, generator)
        assert len(pairs) == 50 * weight


def test_no_clip_is_silent(tmp_path):
    (tmp_path / "corpus").mkdir()
    words = np.concatenate([noise(0.4), np.zeros(round(1.6 * RATE))] * 10)
    soundfile.write(tmp_path / "corpus" / "a.wav", words, RATE, "PCM_16")
    shards = shards_of(prepare(tmp_path), tmp_path / "shards")
    for batch in load(shards):
        assert (batch["clips"] != 0).float().mean(dim=2).min() > 0.15


def test_damage_changes_no_number_of_steps(choir, tmp_path, caplog):
    shards = []
    for number, shard in enumerate(choir):
        data = bytearray(Path(shard).read_bytes())
        data[2000] ^= 1
        path = tmp_path / Path(shard).name
        path.write_bytes(data[:30000] if number % 3 else data)
        shards.append(str(path))
    share = {"rank": 1, "world_size": 2}
    whole = load(shards, workers=2, share=share)
    assert len(whole) == 12
    same(whole[5:], load(shards, workers=2, share=share, first=5))
    load(shards, 400)
    assert 0 < len(caplog.messages) == len(set(caplog.messages))


def test_if_nothing_can_be_read_the_error_says_so(tmp_path, monkeypatch):
    from speechbrain_singer.dataio import shard_stream

    monkeypatch.setattr(shard_stream, "MOST_PASSES", 3)
    path = tmp_path / "train-000000.tar"
    path.write_bytes(b"nothing" * 1000)
    with pytest.raises(RuntimeError, match=r"3 passes over 1 shards .*0\.tar"):
        load([str(path)])


def test_fewer_shards_than_readers_are_refused(choir):
    share = {"rank": 0, "world_size": 10}
    with pytest.raises(ValueError, match="8 shards are too few for 10 r"):
        load(choir, share=share)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"pairs": "song"}, "pairs is 'song'; it can be recording or singer"),
        ({"second_column": "mixture"}, "shards have no other stem"),
        ({"seconds": 0}, "clip_seconds: 0"),
        ({"buffer_megabytes": -1}, "shard_buffer: -1"),
    ],
)
def test_settings_that_cannot_be_are_refused(choir, setting, said):
    with pytest.raises(ValueError, match=said):
        pairs_of(choir, **setting)
