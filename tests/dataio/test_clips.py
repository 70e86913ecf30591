from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from speechbrain_singer.corpora import Corpus
from speechbrain_singer.dataio.clips import ClipPairs, RandomClips
from speechbrain_singer.dataio.manifest import read_manifest, write_manifest
from speechbrain_singer.dataio.sampler import ClipBatches
from speechbrain_singer.dataio.splits import Split


def noise(seconds, rate=8000):
    generator = np.random.default_rng(0)
    return generator.uniform(-0.5, 0.5, round(seconds * rate))


def silence(seconds, rate=8000):
    return np.zeros(round(seconds * rate))


def ramp(seconds, rate=8000):
    """Negative and rising: each stretch of it tells where it was cut."""
    return np.linspace(-0.9, -0.1, round(seconds * rate))


@pytest.fixture
def write(tmp_path, caplog):
    """Writes files at 8 kHz and prepares them: samples of each -> manifest."""

    def write(*recordings):
        for number, samples in enumerate(recordings):
            path = tmp_path / f"{number}.wav"
            soundfile.write(path, samples, 8000, "FLOAT")
        paths = Corpus(
            "folder", tmp_path, tmp_path / "save", split=Split(0, 0)
        ).prepare()
        caplog.clear()
        return paths.train

    return write


def draw(pairs, count, epoch=0):
    return [pairs[epoch, index] for index in range(count)]


def test_an_item(write):
    pairs = ClipPairs(write(noise(3)), seconds=0.5, sample_rate=8000)
    item = pairs[0, 0]
    assert item["clips"].shape == (2, 4000)
    assert item["clips"].dtype == torch.float32
    assert item["clips"].abs().amax(dim=1).tolist() == pytest.approx([1, 1])
    assert not torch.equal(*item["clips"])
    assert item["seeds"].shape == (2,)
    assert item["rows"].tolist() == [0, 0]
    assert item["group"] == 0


def test_files_at_another_rate_come_out_at_the_one_asked_for(write):
    item = ClipPairs(write(noise(2)), seconds=0.5)[0, 0]
    assert item["clips"].shape == (2, 22050)
    spectrum = np.abs(np.fft.rfft(item["clips"][0].numpy()))
    # All below 4 kHz
    assert (spectrum[2000:] ** 2).sum() < 0.05 * (spectrum**2).sum()


def test_positions_are_uniform_and_the_two_independent(write):
    # Ratio of a clip's last to first sample grows with its position
    pairs = ClipPairs(write(ramp(3)), seconds=0.5, sample_rate=8000)
    clips = torch.stack([item["clips"] for item in draw(pairs, 600)]).numpy()
    ratio = clips[:, :, -1] / clips[:, :, 0]
    slope = 0.8 / 24000
    # first = slope * 4000 / (1 - ratio), as last = first - slope * 3999
    start = (0.9 - slope * 3999 / (1 - ratio)) / slope / 20000
    for positions in start.T:
        counts, _ = np.histogram(positions, bins=5, range=(-1e-3, 1.001))
        # 4 degrees of freedom: beyond 20.5 in 4 of 10,000 cases
        assert ((counts - 120) ** 2 / 120).sum() < 20.5
    # Standard error of a correlation of 600: 0.041
    assert abs(np.corrcoef(start.T)[0, 1]) < 0.16


def test_draws_fall_in_proportion_to_singing_time(write):
    halves = np.concatenate([silence(10), noise(10)])
    pauses = np.concatenate([noise(0.3), silence(0.3)] * 33)
    short = np.concatenate([noise(0.1), silence(0.1)])
    manifest = write(noise(20), halves, pauses, noise(5), noise(0.4), short)
    pairs = ClipPairs(manifest, seconds=0.5, sample_rate=8000)
    rows = [item["group"] for item in draw(pairs, 3000)]
    counts = np.bincount(rows, minlength=6)
    singing = np.array([20, 10, 9.9, 5, 0.4, 0.1])
    expected = 3000 * singing / singing.sum()
    # 5 degrees of freedom: beyond 22.8 in 4 of 10,000 cases
    assert ((counts - expected) ** 2 / expected).sum() < 22.8


def test_no_clip_is_silent(write):
    words = np.concatenate([noise(0.4), silence(1.6)] * 10)
    pairs = ClipPairs(write(words), seconds=0.5, sample_rate=8000)
    for item in draw(pairs, 100):
        sounding = (item["clips"] != 0).float().mean(dim=1)
        assert sounding.min() > 0.2


def test_hum_is_silence_beside_singing_but_not_alone(write, tmp_path):
    hum = 1e-3 * noise(10)
    manifest = write(np.concatenate([hum, noise(10)]), hum)
    pairs = ClipPairs(manifest, seconds=0.5, sample_rate=8000)
    items = draw(pairs, 200)
    assert {item["group"] for item in items} == {0, 1}
    for item in items:
        if item["group"] == 0:
            sung = (item["clips"].abs() > 0.01).float().mean(dim=1)
            assert sung.min() > 0.2


def test_an_offset_is_no_sound(write):
    words = np.concatenate([noise(0.4), silence(1.6)] * 10)
    for samples in (words, 0.1 * words):
        pairs = ClipPairs(write(samples + 0.3), seconds=0.5, sample_rate=8000)
        for item in draw(pairs, 50):
            # The offset is what all samples of a rest are
            rest = item["clips"].median(dim=1, keepdim=True).values
            sung = ((item["clips"] - rest).abs() > 1e-4).float().mean(dim=1)
            assert sung.min() > 0.2


def test_a_recording_shorter_than_a_clip_is_padded(write):
    item = ClipPairs(write(noise(0.2)), seconds=0.5, sample_rate=8000)[0, 0]
    assert item["clips"][:, 1600:].abs().max() == 0
    assert torch.equal(*item["clips"])


def test_a_pair_depends_on_seed_epoch_and_index_only(write):
    manifest = write(noise(3), noise(5))
    pairs = ClipPairs(manifest, 0.5, 8000, seed=1)
    first = pairs[3, 7]
    for other in ((3, 8), (4, 7), (7, 3)):
        assert not torch.equal(pairs[other]["clips"], first["clips"])
    different = ClipPairs(manifest, 0.5, 8000, seed=2)[3, 7]
    assert not torch.equal(different["clips"], first["clips"])
    again = ClipPairs(manifest, 0.5, 8000, seed=1)[3, 7]
    for name in ("clips", "seeds", "rows"):
        assert torch.equal(again[name], first[name])


def test_no_two_clips_share_a_seed(write):
    manifest = write(noise(3))
    seeds = [
        ClipPairs(manifest, 0.5, 8000, seed)[epoch, index]["seeds"]
        for seed in (1, 2)
        for epoch in range(3)
        for index in range(20)
    ]
    assert len(torch.cat(seeds).unique()) == 2 * 2 * 3 * 20


def test_workers_change_nothing_even_where_files_fail(write, tmp_path):
    manifest = write(noise(3), noise(3), noise(3))
    (tmp_path / "1.wav").unlink()
    passes = []
    for workers in (0, 2):
        loader = torch.utils.data.DataLoader(
            ClipPairs(manifest, 0.5, 8000),
            batch_sampler=ClipBatches(clips_per_epoch=24, batch_size=4),
            num_workers=workers,
        )
        passes.append(list(loader))
    for alone, shared in zip(*passes, strict=True):
        for name in ("clips", "seeds", "rows"):
            torch.testing.assert_close(alone[name], shared[name])
    assert alone["clips"].shape == (4, 2, 4000)
    assert {0, 2} == set(torch.cat([b["group"] for b in passes[0]]).tolist())


def delete(path):
    path.unlink()


def overwrite(path):
    path.write_bytes(b"no audio" * 100)


def cut(path):
    path.write_bytes(path.read_bytes()[:50000])


def poison(path):
    soundfile.write(path, np.full(24000, np.nan), 8000, "FLOAT")


@pytest.mark.parametrize("harm", [delete, overwrite, cut, poison])
def test_a_file_that_fails_is_named_once_and_others_are_drawn(
    write, tmp_path, caplog, harm
):
    manifest = write(noise(3), noise(3))
    pairs = ClipPairs(manifest, 0.5, 8000)
    harm(tmp_path / "0.wav")
    assert {item["group"] for item in draw(pairs, 50)} == {1}
    (message,) = caplog.messages
    assert str(tmp_path / "0.wav") in message


def test_if_all_files_fail_the_error_names_manifest_and_reason(write, tmp_path):
    manifest = write(noise(1))
    pairs = ClipPairs(manifest, 0.5, 8000)
    (tmp_path / "0.wav").unlink()
    with pytest.raises(RuntimeError) as caught:
        pairs[0, 0]
    assert str(manifest) in str(caught.value)
    assert "0.wav: no such file" in str(caught.value)


@pytest.fixture
def choir(tmp_path, caplog):
    """Manifest of noise at 8 kHz: seconds of each recording, by singer."""

    def write(**seconds):
        for singer, durations in seconds.items():
            folder = tmp_path / "choir" / singer
            folder.mkdir(parents=True)
            for number, duration in enumerate(durations):
                path = folder / f"{number}.wav"
                soundfile.write(path, noise(duration), 8000, "FLOAT")
        save = tmp_path / "save"
        paths = Corpus(
            "folder", tmp_path / "choir", save, split=Split(0, 0)
        ).prepare()
        caplog.clear()
        return paths.train

    return write


def test_pairs_of_a_singer_come_from_two_recordings(choir):
    manifest = choir(ann=[1, 2, 4], bob=[1, 1])
    pairs = ClipPairs(manifest, 0.5, 8000, pairs="singer")
    items = draw(pairs, 700)
    singers = np.array([0, 0, 0, 1, 1])
    for item in items:
        first, second = item["rows"].tolist()
        assert first != second
        assert singers[first] == singers[second] == item["group"]
    # Both clips in proportion to time: of those that begin in Ann's shortest,
    # two thirds end in her longest
    seconds = [item["rows"][1].item() for item in items if item["rows"][0] == 0]
    share = np.mean(np.array(seconds) == 2)
    assert abs(share - 2 / 3) < 4 * np.sqrt(2 / 9 / len(seconds))


def test_a_singer_with_one_recording_is_paired_with_it(choir, caplog):
    manifest = choir(ann=[1, 2], bob=[3])
    pairs = ClipPairs(manifest, 0.5, 8000, pairs="singer")
    assert "1 of 3 recordings are the only ones" in caplog.text
    rows = {tuple(item["rows"].tolist()) for item in draw(pairs, 60)}
    assert rows == {(0, 1), (1, 0), (2, 2)}


def test_pairs_of_singers_need_their_names(write):
    with pytest.raises(ValueError, match="needs the singers' names"):
        ClipPairs(write(noise(1)), 0.5, 8000, pairs="singer")


def test_unknown_pairs_are_refused(write):
    with pytest.raises(ValueError, match="pairs is 'song'; it can be record"):
        ClipPairs(write(noise(1)), 0.5, 8000, pairs="song")


def test_a_partner_that_fails_is_named_and_another_is_drawn(choir, caplog):
    manifest = choir(ann=[1, 1, 1])
    broken = Path(manifest).parents[1] / "choir" / "ann" / "1.wav"
    broken.unlink()
    pairs = ClipPairs(manifest, 0.5, 8000, pairs="singer")
    rows = {tuple(item["rows"].tolist()) for item in draw(pairs, 60)}
    assert rows == {(0, 2), (2, 0)}
    (message,) = caplog.messages
    assert str(broken) in message


def test_a_singer_whose_other_recording_fails_is_paired_with_itself(
    choir, caplog
):
    manifest = choir(ann=[1, 1], bob=[1, 1])
    (Path(manifest).parents[1] / "choir" / "ann" / "1.wav").unlink()
    pairs = ClipPairs(manifest, 0.5, 8000, pairs="singer")
    rows = {tuple(item["rows"].tolist()) for item in draw(pairs, 60)}
    assert rows == {(0, 0), (2, 3), (3, 2)}
    assert len(caplog.messages) == 1


def test_one_clip_is_drawn_as_the_first_of_a_pair(write):
    manifest = write(noise(3), noise(5), silence(1), noise(0.2))
    clips = RandomClips(manifest, 0.5, 8000, seed=3)
    pairs = ClipPairs(manifest, 0.5, 8000, seed=3)
    for index in range(40):
        item, pair = clips[1, index], pairs[1, index]
        assert torch.equal(item["clip"], pair["clips"][0])
        assert item["row"] == pair["rows"][0]
    assert len({clips[1, index]["seed"] for index in range(40)}) == 40


def test_batches_of_clips_know_their_rows(write, tmp_path, caplog):
    manifest = write(noise(3), noise(3), noise(3))
    (tmp_path / "1.wav").unlink()
    loader = torch.utils.data.DataLoader(
        RandomClips(manifest, 0.5, 8000),
        batch_sampler=ClipBatches(clips_per_epoch=24, batch_size=24),
    )
    (batch,) = loader
    assert batch["clip"].shape == (24, 4000)
    assert batch["seed"].dtype == torch.int64
    assert set(batch["row"].tolist()) == {0, 2}
    assert len(caplog.messages) == 1


@pytest.fixture
def stems(choir, tmp_path):
    """Adds mixtures, falling ramps at 16 kHz, to the manifest of a choir."""

    def write(**seconds):
        manifest = choir(**seconds)
        rows = read_manifest(manifest)
        for number, row in enumerate(rows):
            mixture = -ramp(row["duration"], 16000)
            row["mixture"] = str(tmp_path / f"mixture{number}.wav")
            soundfile.write(row["mixture"], mixture, 16000, "FLOAT")
        write_manifest(manifest, rows)
        return manifest

    return write


def is_mixture(clip):
    """Whether it is positive throughout, as noise is not."""
    return bool(clip[100:-100].min() > 0)


def test_the_second_clip_may_come_from_another_stem(stems):
    manifest = stems(ann=[3, 2])
    pairs = ClipPairs(manifest, 0.5, 8000, second_column="mixture")
    items = draw(pairs, 300)
    for item in items:
        first, second = item["clips"]
        assert not is_mixture(first) and is_mixture(second)
        assert item["rows"][0] == item["rows"][1] == item["group"]
    # Its position tells from its last sample by its first
    mixtures = [i["clips"][1].numpy() for i in items if i["group"] == 0]
    ratio = np.array([clip[-1] / clip[0] for clip in mixtures])
    slope = 0.8 / 24000
    start = (0.9 - slope * 3999 / (1 - ratio)) / slope / 20000
    counts, _ = np.histogram(start, bins=4, range=(-0.01, 1.01))
    expected = len(start) / 4
    # 3 degrees of freedom: beyond 18.5 in 4 of 10,000 cases
    assert ((counts - expected) ** 2 / expected).sum() < 18.5


def test_first_clips_are_the_same_whatever_they_are_paired_with(stems):
    manifest = stems(ann=[3, 2])
    alone = ClipPairs(manifest, 0.5, 8000)
    stem = ClipPairs(manifest, 0.5, 8000, second_column="mixture")
    for index in range(20):
        first = alone[0, index]["clips"][0]
        assert torch.equal(stem[0, index]["clips"][0], first)


def test_the_stem_may_be_that_of_another_recording(stems):
    manifest = stems(ann=[1, 1], bob=[1])
    pairs = ClipPairs(
        manifest, 0.5, 8000, pairs="singer", second_column="mixture"
    )
    items = draw(pairs, 40)
    assert {tuple(item["rows"].tolist()) for item in items} == {
        *((0, 1), (1, 0), (2, 2))
    }
    assert all(is_mixture(item["clips"][1]) for item in items)


def test_recordings_without_a_second_stem_are_named_once(stems, caplog):
    manifest = stems(ann=[1, 1, 1, 1])
    rows = read_manifest(manifest)
    Path(rows[1]["mixture"]).unlink()
    rows[2]["mixture"] = ""
    write_manifest(manifest, rows)
    pairs = ClipPairs(manifest, 0.5, 8000, second_column="mixture")
    assert {item["group"] for item in draw(pairs, 60)} == {0, 3}
    assert len(caplog.messages) == 2
    assert f"{rows[1]['mixture']}: no such file" in caplog.text
    assert "2.wav has no mixture" in caplog.text


def test_a_partner_without_the_stem_is_drawn_around(stems, caplog):
    manifest = stems(ann=[1, 1, 1])
    rows = read_manifest(manifest)
    Path(rows[1]["mixture"]).unlink()
    pairs = ClipPairs(
        manifest, 0.5, 8000, pairs="singer", second_column="mixture"
    )
    seen = {tuple(item["rows"].tolist()) for item in draw(pairs, 80)}
    assert seen == {(0, 2), (2, 0), (1, 0), (1, 2)}
    assert len(caplog.messages) == 1


def test_a_column_that_is_missing_is_named(write):
    with pytest.raises(ValueError, match=r"no column vocals; it has ID, dur"):
        ClipPairs(write(noise(1)), 0.5, 8000, second_column="vocals")
