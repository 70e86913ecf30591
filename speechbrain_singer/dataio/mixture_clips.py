"""The mixtures in which clips of vocals are heard."""

from itertools import groupby
from multiprocessing.pool import ThreadPool

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.clip_levels import THREADS

logger = get_logger(__name__)


def mixture_clips(clips):
    """The same stretches of time, of the mixtures.

    Arguments
    ---------
    clips : list of dict
        As `clips_of` returns them, with the column `mixture`.

    Returns
    -------
    clips : list of dict
        Those that have a mixture; a warning names the files of the others.
    mixtures : list of dict
        The same rows with the mixture as their `wav`, and `start`, `stop` and
        `sample_rate` of that file.

    Example
    -------
    >>> import numpy as np, soundfile
    >>> path = str(getfixture("tmp_path") / "mixture.wav")
    >>> soundfile.write(path, np.zeros(48000), 48000)
    >>> clip = {"ID": "a#1", "wav": "a.wav", "mixture": path, "start": 8000}
    >>> clips = [clip | {"stop": 16000, "sample_rate": 16000}]
    >>> _, mixtures = mixture_clips(clips)
    >>> mixtures[0]["start"], mixtures[0]["stop"]
    (24000, 48000)
    """
    files = [
        (path, list(own))
        for path, own in groupby(clips, lambda clip: clip["mixture"])
    ]
    with ThreadPool(THREADS) as pool:
        found = pool.starmap(_of_file, files)
    pairs = [pair for own in found for pair in own]
    return [clip for clip, _ in pairs], [mixture for _, mixture in pairs]


def _of_file(path, clips):
    """(clip, clip of the mixture) of those that the file holds."""
    if not path:
        logger.warning("%s has no mixture: left out", clips[0]["wav"])
        return []
    try:
        with open_audio(path) as file:
            frames, rate = file.frames, file.samplerate
    except AudioError as error:
        logger.warning("%s: its clips are left out", error)
        return []
    pairs = [(clip, _moved(clip, path, rate)) for clip in clips]
    inside = [pair for pair in pairs if pair[1]["stop"] <= frames]
    if len(inside) < len(pairs):
        logger.warning(
            "%s is shorter than its vocals: %d of %d clips are left out",
            *(path, len(pairs) - len(inside), len(pairs)),
        )
    return inside


def _moved(clip, path, rate):
    place = {
        name: round(clip[name] * rate / clip["sample_rate"])
        for name in ("start", "stop")
    }
    return {**clip, **place, "wav": path, "sample_rate": rate}
