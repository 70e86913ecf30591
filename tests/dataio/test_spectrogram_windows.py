"""Windows of spectrograms: where they lie, which are rests, their order."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from speechbrain_singer.dataio.sampler import clip_loader
from speechbrain_singer.dataio.spectrogram_files import (
    open_spectrogram,
    write_spectrogram,
)
from speechbrain_singer.dataio.windows import (
    ShuffledWindows,
    Windows,
    window_starts,
)
from speechbrain_singer.inference.windows import split_windows


def flat(frames, level=0.0):
    """[frames, 3]; the second band tells the frame."""
    decibels = np.full((frames, 3), level, np.float16)
    decibels[:, 1] += np.arange(frames) / 64
    return decibels


@settings(deadline=None, derandomize=True)
@given(st.data())
def test_starts_cover_all_as_inference_does(data):
    length = data.draw(st.integers(1, 40))
    hop = data.draw(st.integers(1, length))
    frames = data.draw(st.integers(0, 200))
    starts = window_starts(frames, length, hop)
    if frames < length:
        assert len(starts) == 0
        return
    covered = {start + i for start in starts for i in range(length)}
    assert covered == set(range(frames))
    assert (np.diff(starts) <= hop).all()
    split = split_windows([torch.arange(frames)], length, hop)
    assert starts.tolist() == [int(window[0]) for window in split]


def test_the_published_windows_of_four_minutes():
    # 240 s at 22,050 Hz, hop 512: 10,336 frames; (10,336 - 256) / 51 = 197.6
    starts = window_starts(10_336, 256, 51)
    assert len(starts) == 199
    assert starts[-2:].tolist() == [197 * 51, 10_080]


def test_items_are_windows_of_their_recordings():
    recordings = [flat(10), flat(4, -10), flat(7)]
    windows = Windows(recordings, [5, 6, 5], length=4, hop=3)
    assert windows.row.tolist() == [0, 0, 0, 1, 2, 2]
    assert windows.start.tolist() == [0, 3, 6, 0, 0, 3]
    assert windows.label.tolist() == [5, 5, 5, 6, 5, 5]
    item = windows[2]
    assert item["label"] == 5 and item["row"] == 0
    assert item["decibels"].dtype == torch.float16
    assert item["decibels"].tolist() == recordings[0][6:10].tolist()
    item["decibels"].zero_()  # its own: the recording stays
    assert recordings[0][9, 1] > 0
    with pytest.raises(IndexError):
        windows[6]


def test_rests_are_left_out_beside_the_loudest():
    decibels = flat(16, -20)
    decibels[4:8] -= 45
    decibels[8:12] -= 55
    windows = Windows([decibels], [0], length=4, hop=4)
    assert windows.start.tolist() == [0, 4, 12]


def test_the_level_is_the_mean_of_the_power():
    """Not of the decibels: what sounds a little is no rest."""
    decibels = np.full((8, 2), -60, np.float16)
    decibels[:4] = 0
    decibels[7, 0] = -40  # 1 of 8 values: -49 dB
    assert len(Windows([decibels], [0], length=4, hop=4)) == 2
    decibels[7, 0] = -42  # -51 dB, and the others are at -60
    assert len(Windows([decibels], [0], length=4, hop=4)) == 1


def test_stored_spectrograms_are_the_same(tmp_path):
    rng = np.random.default_rng(0)
    recordings = [
        rng.uniform(-90, 0, (frames, 3)).astype(np.float16)
        for frames in (30, 41)
    ]
    recordings[0][10:20] = -160
    stored = []
    for number, decibels in enumerate(recordings):
        write_spectrogram(tmp_path / f"{number}.npy", decibels)
        stored.append(open_spectrogram(tmp_path / f"{number}.npy", bands=3))
    plain = Windows(recordings, [0, 1], length=5, hop=2)
    lazy = Windows(stored, [0, 1], length=5, hop=2)
    assert lazy.row.tolist() == plain.row.tolist()
    assert lazy.start.tolist() == plain.start.tolist()
    for one, other in zip(lazy, plain, strict=True):
        assert one["decibels"].tolist() == other["decibels"].tolist()


def test_recordings_without_a_window_are_told_once(caplog):
    recordings = [flat(9), flat(3), flat(9, -160), flat(2)]
    names = ["long", "short", "silent", "shorter"]
    windows = Windows(recordings, [0, 0, 1, 1], 4, 4, names)
    assert set(windows.row) == {0}
    assert len(caplog.records) == 1
    assert (
        "3 of 4 recordings are left out: 2 are shorter than a window of 4 "
        "frames, and 1 silent; the first is short, 3 frames"
    ) in caplog.text


def test_no_window_at_all_is_an_error():
    with pytest.raises(ValueError, match=r"2 of 2.*recording 0.*9 frames or f"):
        Windows([flat(9), flat(3)], [0, 1], length=10, hop=5)
    with pytest.raises(ValueError, match="0 spectrograms and 0 labels"):
        Windows([], [])
    with pytest.raises(ValueError, match="1 spectrograms and 2 labels"):
        Windows([flat(300)], [0, 1])
    with pytest.raises(ValueError, match="hop in frames"):
        Windows([flat(300)], [0], length=10, hop=11)


def test_each_epoch_has_every_window_in_its_own_order():
    windows = Windows([flat(60), flat(40)], [0, 1], length=4, hop=4)
    shuffled = ShuffledWindows(windows, seed=3)

    def order(epoch, dataset=shuffled):
        keys = ((epoch, index) for index in range(len(dataset)))
        items = (dataset[key] for key in keys)
        return [(item["row"], float(item["decibels"][0, 1])) for item in items]

    first, second = order(0), order(1)
    assert len(first) == len(windows) == 25
    assert sorted(first) == sorted(second) == sorted(set(first))
    assert first != second
    assert order(0) == first == order(0, ShuffledWindows(windows, seed=3))
    assert order(0, ShuffledWindows(windows, seed=4)) != first


def test_loaders_take_them():
    windows = Windows([flat(60)], [3], length=4, hop=4)
    loader = clip_loader(ShuffledWindows(windows), len(windows), 5)
    batches = list(loader)
    assert len(batches) == 3
    assert batches[0]["decibels"].shape == (5, 4, 3)
    assert batches[0]["label"].tolist() == [3] * 5
