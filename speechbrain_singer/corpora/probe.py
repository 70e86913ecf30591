"""Probes recordings: can they be used, and how loud do they get?"""

from multiprocessing.pool import ThreadPool
from typing import NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from speechbrain_singer.dataio.audio import (
    SILENCE,
    AudioError,
    open_audio,
    read_open,
)
from speechbrain_singer.dataio.reading import SOUNDING
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.dsp.loudness import loudness

BLOCKS = 10  # how many blocks of a second are looked at
LOUDEST_HUM = 0.1  # of peaks: what is louder need not be looked at for hum
HISS_DB = -90  # a block that is no louder without hum is silent
THREADS = 8  # libsndfile reads without Python's lock


def probe_recordings(recordings, min_seconds):
    """Probes many files in parallel, behind a progress bar.

    Arguments
    ---------
    recordings : list of dict
        With `path`.
    min_seconds : float
        Shorter files are not used.

    Returns
    -------
    usable : list of dict
        The recordings that can be used, in their order, with `start`, `stop`
        (frames), `sample_rate` (Hz), `duration` (seconds) and `peak`.
    skipped : list of dict
        The others' `path` and `reason`: a word or two that many may share,
        then after a colon what is special about this one.

    Example
    -------
    >>> probe_recordings([{"path": "no.wav"}], min_seconds=0.1)
    ([], [{'path': 'no.wav', 'reason': 'no such file'}])
    """

    def attempt(recording):
        try:
            return recording | probe(recording["path"], min_seconds)
        except AudioError as error:
            reason = str(error).removeprefix(f"{name_of(recording['path'])}: ")
            return {"path": recording["path"], "reason": reason}

    with ThreadPool(THREADS) as pool:
        probed = list(
            tqdm(
                pool.imap(attempt, recordings, chunksize=4),
                desc="Probing",
                total=len(recordings),
                dynamic_ncols=True,
                leave=False,
                delay=1,
            )
        )
    usable = [row for row in probed if "reason" not in row]
    skipped = [row for row in probed if "reason" in row]
    return usable, skipped


def probe(path, min_seconds=0.1):
    """Looks at the header of a file and at a few seconds spread over it.

    Only a file whose probed blocks are all silent is read further, and only up
    to the first block that sounds. An offset and mains hum are silence.

    Returns
    -------
    facts : dict
        As `probe_recordings` adds them; `peak` is the largest absolute value
        found, without the offset.

    Raises
    ------
    AudioError
        If the file cannot be used.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> soundfile.write(path, np.sin(np.arange(22050)) / 2, 44100)
    >>> probe(path)["duration"], probe(path)["peak"]
    (0.5, 0.5)
    """
    _check_name(path)
    with open_audio(path) as file:
        rate, frames = file.samplerate, file.frames
        if frames < min_seconds * rate:
            raise AudioError(
                f"{path}: too short: {frames / rate:.3f} s, at least "
                f"{min_seconds:g} s are needed"
            )
        return {
            "duration": round(frames / rate, 6),
            "start": 0,
            "stop": frames,
            "sample_rate": rate,
            "peak": _find_peak(file),
        }


def _check_name(path):
    try:
        path.encode()
    except UnicodeEncodeError:
        raise AudioError(
            f"{name_of(path)}: name is not UTF-8: rename it"
        ) from None


def _find_peak(file):
    rate, frames = file.samplerate, file.frames
    block = min(rate, frames)
    if frames <= BLOCKS * rate:
        starts = range(0, frames, block)
    else:
        starts = np.linspace(0, frames - block, BLOCKS).astype(int)
    looks = [_look(file, int(start), block) for start in starts]
    if not any(look.sounds for look in looks):
        further = (_look(file, s, block) for s in range(0, frames, block))
        looks = [look for look in further if look.sounds][:1]
    if not looks:
        raise AudioError(f"{file.name}: silent throughout")
    return round(_peak_of(looks), 6)


class _Look(NamedTuple):
    """What a stretch of a recording looks like; `sounds` without its offset."""

    lowest: float
    highest: float
    mean: float
    sounds: bool


def _look(file, start, frames):
    samples = read_open(file, start, frames)
    lowest, highest, mean = map(
        float, (samples.min(), samples.max(), samples.mean())
    )
    peak = max(highest - mean, mean - lowest)
    sounds = peak >= SILENCE and (
        peak > LOUDEST_HUM
        or loudness(torch.from_numpy(samples), file.samplerate) > HISS_DB
    )
    return _Look(lowest, highest, mean, sounds)


def _peak_of(looks):
    lowest = min(look.lowest for look in looks)
    highest = max(look.highest for look in looks)
    offset = sum(look.mean for look in looks) / len(looks)
    # The mean of a short recording is not exactly 0 either
    if abs(offset) < SOUNDING * max(highest, -lowest):
        offset = 0.0
    return max(highest - offset, offset - lowest)
