"""Spectrograms in files: written whole, opened where one looks into them."""

import os
from dataclasses import dataclass

import numpy as np

from speechbrain_singer.dataio.files import atomic_path

_HEADER = 128  # bytes
_PIECE = 4096  # frames that are calculated with at once


@dataclass(frozen=True)
class StoredSpectrogram:
    """A spectrogram in a file; reads as the `np.memmap` that it opens.

    It holds no file open, so that there may be as many as there are files.

    Arguments
    ---------
    path : str
        A file that `write_spectrogram` wrote.
    frames, bands : int

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.npy"
    >>> write_spectrogram(path, np.zeros((5, 3), np.float16))
    >>> spectrogram = open_spectrogram(path, bands=3)
    >>> spectrogram[1:3].shape, len(spectrogram)
    ((2, 3), 5)
    """

    path: str
    frames: int
    bands: int
    dtype = np.dtype("<f2")

    @property
    def shape(self):
        return self.frames, self.bands

    def __len__(self):
        return self.frames

    def __getitem__(self, index):
        return self._opened()[index]

    def __array__(self, dtype=None, copy=None):
        return np.array(self._opened(), dtype)

    def power(self):
        """As `frame_power` of it, but read and not computed: [frames]."""
        end = _HEADER + self.frames * self.bands * self.dtype.itemsize
        return np.fromfile(self.path, "<f4", self.frames, offset=end)

    def _opened(self):
        return np.memmap(self.path, self.dtype, "r", _HEADER, self.shape)


def write_spectrogram(path, decibels):
    """Writes a spectrogram, and the power of its frames, whole or not at all.

    The file is one that `np.load` reads, too; the power stands behind.

    Arguments
    ---------
    path : str or Path
    decibels : np.ndarray
        [frames, bands], float16.

    Raises
    ------
    OSError
        If it cannot be written; the message says so where the disk is full.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(_header(*decibels.shape))
        file.write(decibels.astype("<f2", "C", copy=False).data)
        file.write(frame_power(decibels).astype("<f4", copy=False).data)


def open_spectrogram(path, bands):
    """A spectrogram that was written, of which header and length are checked.

    Arguments
    ---------
    path : str or Path
    bands : int
        How many it has to have.

    Returns
    -------
    spectrogram : StoredSpectrogram

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is damaged, or is another one.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        frames, rest = divmod(size - _HEADER, 2 * bands + 4)
        header = file.read(_HEADER)
    if frames < 1 or rest or header != _header(frames, bands):
        raise ValueError(f"{path}: damaged")
    return StoredSpectrogram(str(path), frames, bands)


def _header(frames, bands):
    """That of a .npy file, version 1.0, which NumPy would write alike."""
    shape = "{'descr': '<f2', 'fortran_order': False, 'shape': "
    text = f"{shape}({frames}, {bands}), }}".ljust(_HEADER - 11) + "\n"
    length = len(text).to_bytes(2, "little")
    return b"\x93NUMPY\x01\x00" + length + text.encode()


def frame_power(decibels):
    """Mean power of each frame.

    Arguments
    ---------
    decibels : np.ndarray
        [frames, bands], of any float type.

    Returns
    -------
    power : np.ndarray
        [frames], float32; 1 is 0 dB.

    Example
    -------
    >>> frame_power(np.array([[0.0, 0.0], [10.0, -100.0]])).round(3).tolist()
    [1.0, 5.0]
    """
    power = np.empty(len(decibels), np.float32)
    for start in range(0, len(power), _PIECE):
        piece = np.asarray(decibels[start : start + _PIECE], np.float32)
        bels = piece * np.float32(np.log(10) / 10)
        power[start : start + _PIECE] = np.exp(bels, out=bels).mean(axis=1)
    return power
