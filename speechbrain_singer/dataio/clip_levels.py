"""Looks at clips of files: each file is opened once, several at a time."""

from itertools import groupby
from multiprocessing.pool import ThreadPool

import numpy as np
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import AudioError, open_audio, read_open

logger = get_logger(__name__)

THREADS = 8  # libsndfile reads without Python's lock


def clip_levels(clips, measure, description, progressbar=True):
    """A number for each clip.

    Arguments
    ---------
    clips : list of dict
        As `clips_of` returns them: those of a file beside each other.
    measure : callable
        From samples, [time], their rate in Hz and the clip to a number.
    description : str
        Of the progress bar.
    progressbar : bool

    Returns
    -------
    levels : np.ndarray
        [clips], NaN of what cannot be read, with a warning.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> soundfile.write(path, np.repeat([0.5, 0.25], 8000), 16000)
    >>> clip = {"wav": path, "sample_rate": 16000, "start": 8000, "stop": 9000}
    >>> clip_levels([clip], lambda samples, *_: samples.max(), "", False)
    array([0.25])
    """
    files = [list(own) for _, own in groupby(clips, lambda clip: clip["wav"])]
    with ThreadPool(THREADS) as pool:
        levels = tqdm(
            pool.imap(lambda own: _levels(own, measure), files),
            *(description, len(files)),
            disable=not progressbar,
        )
        return np.concatenate([*levels, []])


def _levels(clips, measure):
    """Of clips of one file."""
    levels = np.full(len(clips), np.nan)
    try:
        with open_audio(clips[0]["wav"]) as file:
            for number, clip in enumerate(clips):
                levels[number] = measure(*read_clip(file, clip), clip)
    except AudioError as error:
        logger.warning("%s", error)
    return levels


def read_clip(file, clip):
    """Reads a clip from the file that it is of.

    Arguments
    ---------
    file : AudioFile
        As `open_audio` opens it.
    clip : dict
        With `start`, `stop` and `sample_rate`.

    Returns
    -------
    samples : np.ndarray
        [time]
    sample_rate : int
        In Hz.

    Raises
    ------
    AudioError
        If it cannot be read, or the file is not the manifest's.
    """
    start, stop = clip["start"], clip["stop"]
    if file.samplerate != clip["sample_rate"] or file.frames < stop:
        raise AudioError(
            f"{file.name}: changed since its manifest was written: "
            f"{file.frames} frames at {file.samplerate} Hz, not {stop} at "
            f"{clip['sample_rate']} Hz"
        )
    return read_open(file, start, stop - start), file.samplerate
