"""Where a recording is loudest."""

import numpy as np

from speechbrain_singer.dataio.audio import iterate_open, open_audio

_FRAMES_PER_SECOND = 10


def loudest_start(row, seconds):
    """Where the loudest stretch of a recording begins.

    The recording is read block by block: its length does not matter.

    Arguments
    ---------
    row : dict
        Of a manifest: `wav`, and `start` and `stop` in frames of it.
    seconds : float
        Length of the stretch.

    Returns
    -------
    start : float
        In seconds from the beginning of the recording, a multiple of 0.1; 0
        for one that is no longer than the stretch.

    Raises
    ------
    AudioError
        If it cannot be read.

    Example
    -------
    >>> import soundfile
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> samples = np.sin(np.arange(30_000)) * np.repeat([0.1, 0.5, 0.1], 10_000)
    >>> soundfile.write(path, samples, 10_000)
    >>> row = {"wav": path, "start": 0, "stop": 30_000}
    >>> loudest_start(row, 1.0), loudest_start(row, 3.0)
    (1.0, 0.0)
    """
    power = np.concatenate(list(_powers(row)))
    frames = round(seconds * _FRAMES_PER_SECOND)
    if len(power) <= frames:
        return 0.0
    sums = np.concatenate([[0.0], np.cumsum(power)])
    stretches = sums[frames:] - sums[:-frames]
    return int(stretches.argmax()) / _FRAMES_PER_SECOND


def _powers(row):
    """Power of frames of 0.1 s, without a constant offset, block by block."""
    count = row["stop"] - row["start"]
    with open_audio(row["wav"]) as file:
        size = max(1, file.samplerate // _FRAMES_PER_SECOND)
        left = np.zeros(0, np.float32)
        for block in iterate_open(file, row["start"], count):
            samples = np.concatenate([left, block])
            whole = len(samples) // size * size
            yield samples[:whole].reshape(-1, size).var(axis=1, dtype=float)
            left = samples[whole:]
