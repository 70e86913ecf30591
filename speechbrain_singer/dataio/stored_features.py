"""What a front end gave for chunks, in files, one for each chunk."""

import math

import numpy as np
import torch

from speechbrain_singer.dataio.files import atomic_path

_TYPE = np.dtype("<f2")


class StoredFeatures(torch.utils.data.Dataset):
    """Chunks of which the features are read, in place of the audio.

    Arguments
    ---------
    chunks : Chunks
        Of which `label` and `row` are taken.
    paths : list of Path
        [chunks], files that `write_features` wrote.
    shape : tuple of int
        Of the features of a chunk.

    Attributes
    ----------
    label, row
        As those of the chunks.

    Raises
    ------
    ValueError
        If there is not a file for each chunk.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> path = getfixture("tmp_path") / "a.f2"
    >>> write_features(path, np.array([[0.5, 1.0]]))
    >>> chunks = SimpleNamespace(label=[3], row=np.array([0]))
    >>> StoredFeatures(chunks, [path], shape=(1, 2))[0]
    {'features': tensor([[0.5000, 1.0000]], dtype=torch.float16), ...}
    """

    def __init__(self, chunks, paths, shape):
        if len(paths) != len(chunks.row):
            raise ValueError(
                f"{len(paths)} files for {len(chunks.row)} chunks: one for "
                "each is needed"
            )
        self.label = chunks.label
        self.row = chunks.row
        self.paths = paths
        self.shape = tuple(shape)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        """One chunk.

        Returns
        -------
        item : dict
            `features`, a tensor of `shape`, float16; `label`; `row`, int.

        Raises
        ------
        ValueError
            If its file is gone or damaged.
        """
        path = self.paths[index]
        if not has_features(path, self.shape):
            raise ValueError(
                f"{path}: gone or damaged meanwhile: start the same again"
            )
        values = np.fromfile(path, _TYPE).reshape(self.shape)
        return {
            "features": torch.from_numpy(values),
            "label": self.label[index],
            "row": int(self.row[index]),
        }


def write_features(path, values):
    """Writes features as float16, whole or not at all.

    Arguments
    ---------
    path : str or Path
    values : np.ndarray

    Raises
    ------
    OSError
        If it cannot be written; the message says so where the disk is full.
    ValueError
        If a value is no float16.
    """
    with np.errstate(over="ignore"):
        small = values.astype(_TYPE, "C")
    if not np.isfinite(small).all():
        raise ValueError(
            f"{path}: a feature of {np.abs(values).max():g} is no float16: "
            "set cache_features to False"
        )
    with atomic_path(path) as temporary:
        temporary.write_bytes(small.data)


def has_features(path, shape):
    """Whether there is a file with features of a shape."""
    try:
        return path.stat().st_size == math.prod(shape) * _TYPE.itemsize
    except FileNotFoundError:
        return False


def gigabytes(count, shape):
    """What the features of so many chunks take on a disk, in 10^9 bytes.

    Example
    -------
    >>> gigabytes(1000, shape=(1, 13, 768))
    0.019968
    """
    return count * math.prod(shape) * _TYPE.itemsize / 1e9
