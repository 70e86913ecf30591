"""Spectrograms in files: as they were, or damaged."""

import errno
import os
import pickle

import numpy as np
import pytest

from speechbrain_singer.dataio.spectrogram_files import (
    frame_power,
    open_spectrogram,
    write_spectrogram,
)


@pytest.fixture
def decibels():
    rng = np.random.default_rng(0)
    return rng.uniform(-80, 40, (7, 5)).astype(np.float16)


@pytest.fixture
def path(tmp_path, decibels):
    write_spectrogram(tmp_path / "a.npy", decibels)
    return tmp_path / "a.npy"


def test_comes_back_as_it_was(path, decibels):
    stored = pickle.loads(pickle.dumps(open_spectrogram(path, bands=5)))
    assert stored.shape == (7, 5)
    assert stored.dtype == np.float16
    assert isinstance(stored[:], np.memmap)
    np.testing.assert_array_equal(stored[2:6], decibels[2:6])
    np.testing.assert_array_equal(np.asarray(stored), decibels)
    expected = (10 ** (decibels.astype(float) / 10)).mean(axis=1)
    np.testing.assert_allclose(stored.power(), expected, rtol=1e-5)


def test_numpy_reads_the_file(path, decibels):
    np.testing.assert_array_equal(np.load(path), decibels)
    np.testing.assert_array_equal(np.load(path, mmap_mode="r"), decibels)


def test_any_layout_is_written(tmp_path, decibels):
    write_spectrogram(tmp_path / "b.npy", np.asfortranarray(decibels))
    np.testing.assert_array_equal(np.load(tmp_path / "b.npy"), decibels)


@pytest.mark.parametrize("length", [0, 100, 128, 150, -1])
def test_a_cut_file_is_noticed(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match=r"a\.npy: damaged"):
        open_spectrogram(path, bands=5)


def test_a_longer_or_other_file_is_noticed(path):
    whole = path.read_bytes()
    path.write_bytes(whole + b"0")
    with pytest.raises(ValueError, match="damaged"):
        open_spectrogram(path, bands=5)
    path.write_bytes(b"X" + whole[1:])
    with pytest.raises(ValueError, match="damaged"):
        open_spectrogram(path, bands=5)
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="damaged"):
        open_spectrogram(path, bands=4)


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc")
def test_many_are_open_without_files(path):
    before = len(os.listdir("/proc/self/fd"))
    stored = [open_spectrogram(path, bands=5) for _ in range(100)]
    assert sum(float(each[0, 0]) for each in stored) != 0
    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_full_disk_is_named(tmp_path, decibels, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"make room.*a\.npy"):
        write_spectrogram(tmp_path / "a.npy", decibels)
    assert not list(tmp_path.iterdir())


def test_power_of_long_recordings_goes_in_pieces():
    decibels = np.linspace(-90, 20, 9000)[:, None].repeat(2, axis=1)
    expected = 10 ** (decibels[:, 0] / 10)
    np.testing.assert_allclose(frame_power(decibels), expected, rtol=1e-4)
