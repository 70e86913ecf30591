"""From channels to mono."""

from functools import lru_cache

import numpy as np
import soundfile
from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

# Channels cancel where their mean has less than this share of the power that
# it would have if they had nothing in common: two that are as loud, where their
# correlation is below -0.5
_CANCELLED = 0.5

_PLACES = 10  # at which it is looked whether the channels of a file cancel,
_FRAMES = 1024  # so many frames each: 23 ms
_MORE = 8  # times as many if all are silent


def channel_weights(samples, name):
    """What each channel counts in the mix: all alike, as for the mean.

    Where the channels cancel, as those of a cable with two wires swapped do,
    the loudest one counts alone.

    Arguments
    ---------
    samples : np.ndarray
        [time, channels].
    name : str
        Of the file; a warning says where its channels cancel.

    Returns
    -------
    weights : np.ndarray
        float32, [channels].

    Example
    -------
    >>> channel_weights(np.array([[0.5, 0.25], [-1.0, 0.0]]), "a.wav")
    array([0.5, 0.5], dtype=float32)
    """
    return _weights([samples], samples.shape[1], name)


def file_weights(file, silence):
    """As `channel_weights`, of a whole file: wherever it is read, alike.

    It is decided by a few short stretches, at fixed places all over it; if
    they are silent, by more and more of them. So that the file is looked at
    once, what was decided is remembered by its path, its size and its time.

    Arguments
    ---------
    file : AudioFile
    silence : float
        Peaks up to it are silent.

    Returns
    -------
    weights : np.ndarray
        float32, [channels].
    """
    if file.channels == 1:
        return np.ones(1, np.float32)
    decided = [] if file.key is None else _decided(file.key)
    if not decided:
        blocks = _blocks(file, silence)
        decided.append(_weights(blocks, file.channels, file.name))
    return decided[0]


@lru_cache(maxsize=2**16)
def _decided(key):
    """A list for the weights of a file, empty at first."""
    return []


def _blocks(file, silence):
    size = min(_FRAMES, file.frames)
    most = -(-file.frames // size)
    count, sounds = min(_PLACES, most), False
    while count:
        for start in np.linspace(0, file.frames - size, count).astype(int):
            block = _block(file, int(start), size)
            if block is not None:
                sounds = sounds or np.abs(block).max() > silence
                yield block
        count = 0 if sounds or count == most else min(_MORE * count, most)


def _block(file, start, frames):
    """A stretch as float64, None where it is damaged: who reads it is told."""
    try:
        samples, scale = file.decode(start, frames, lead=0)
        is_read = not file.error
    except (soundfile.LibsndfileError, RuntimeError):
        is_read = False
    if not is_read:
        file.reopen()
        return None
    samples = samples * np.float64(scale)  # whose squares are finite
    return samples if samples.size and np.isfinite(samples).all() else None


def _weights(blocks, channels, name):
    weights = np.full(channels, 1 / channels, dtype=np.float32)
    if channels == 1:
        return weights
    mixed, powers = 0.0, np.zeros(channels)
    for block in blocks:
        mono = block @ weights
        mixed += np.vdot(mono, mono)
        powers += np.einsum("ij,ij->j", block, block)
    if mixed < _CANCELLED * powers.sum() * weights[0] ** 2:
        logger.warning(
            "%s: its channels cancel, as if the wires of one were swapped; the "
            "loudest one is read",
            name,
        )
        weights[:] = 0
        weights[powers.argmax()] = 1
    return weights


def mix_down(samples, weights):
    """The weighted sum of the channels.

    Arguments
    ---------
    samples : np.ndarray
        [time, channels].
    weights : np.ndarray
        float32, [channels].

    Returns
    -------
    mono : np.ndarray
        float32, [time].

    Example
    -------
    >>> mix_down(np.array([[0.5, 0.25], [-1.0, 0.0]]), np.float32([0.5, 0.5]))
    array([ 0.375, -0.5  ], dtype=float32)
    """
    if len(weights) == 1:
        return samples[:, 0] * weights[0]
    # A product is 30 times faster than a mean over so short an axis
    return samples.astype(np.float32, copy=False) @ weights
