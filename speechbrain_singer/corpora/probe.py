"""Probes recordings: can they be used, and how loud do they get?"""

import math
from multiprocessing.pool import ThreadPool
from typing import NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from speechbrain_singer.corpora.journal import Journal
from speechbrain_singer.dataio.audio import (
    SILENCE,
    AudioError,
    open_audio,
    read_open,
)
from speechbrain_singer.dataio.manifest import FURTHER_FILES
from speechbrain_singer.dataio.reading import SOUNDING
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.dsp.loudness import loudness

BLOCKS, BLOCK_SECONDS = 10, 1.0  # that are looked at
CODED_BLOCKS, CODED_SECONDS = (3, 12, 48), 0.1  # where reading is decoding
QUIET = 0.1  # where no block has such a peak, more of them are looked at
CODED = {"FLAC", "OGG", "MPEG", "MP3"}
APART = 0.5  # seconds by which files of one recording may differ
LOUDEST_HUM = 0.1  # of peaks: what is louder need not be looked at for hum
HISS_DB = -90  # a block that is no louder without hum is silent
THREADS = 8  # libsndfile reads without Python's lock


def probe_recordings(recordings, min_seconds, noted=None):
    """Probes many files in parallel, behind a progress bar.

    Arguments
    ---------
    recordings : list of dict
        With `path`, and perhaps further files of the same recording in
        `dataio.manifest.FURTHER_FILES`.
    min_seconds : float
        Shorter files are not used.
    noted : str or Path, optional
        A file in which is noted what was found, so that it goes on there.

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
    with ThreadPool(THREADS) as pool, Journal(noted) as journal:

        def attempt(recording):
            files = _files_of(recording)
            key = journal.key(files.values(), min_seconds)
            facts = journal.find(key)
            return key, facts is None, facts or _attempt(files, min_seconds)

        found = tqdm(
            pool.imap(attempt, recordings, chunksize=4),
            desc="Probing",
            total=len(recordings),
            dynamic_ncols=True,
            leave=False,
            delay=1,
        )
        usable, skipped = [], []
        for recording, (key, is_new, facts) in zip(
            recordings, found, strict=True
        ):
            if "reason" in facts:
                skipped.append({"path": recording["path"], **facts})
                continue
            usable.append(recording | facts)
            if is_new:
                journal.add(key, facts)
    return usable, skipped


def _files_of(recording):
    """The files of a recording by their columns, `path` the first."""
    columns = "path", *FURTHER_FILES
    return {name: recording[name] for name in columns if recording.get(name)}


def _attempt(files, min_seconds):
    """What is found in the files of a recording, or a reason."""
    path = files["path"]
    try:
        facts = probe(path, min_seconds)
        for column in FURTHER_FILES:
            if column in files:
                path = files[column]
                _check_length(column, path, facts["duration"])
        return facts
    except AudioError as error:
        reason = str(error).removeprefix(f"{name_of(path)}: ")
        other = "" if path == files["path"] else f"{column}: {name_of(path)}: "
        return {"reason": f"{other}{reason}"}


def _check_length(column, path, seconds):
    """Refuses a further file of a recording that is not as long."""
    _check_name(path)
    with open_audio(path) as file:
        its_seconds = file.frames / file.samplerate
    if abs(its_seconds - seconds) > APART:
        raise AudioError(
            f"{path}: of another length: {its_seconds:.3f} s, but the "
            f"recording has {seconds:.3f} s"
        )


def probe(path, min_seconds=0.1):
    """Looks at the header of a file and at a few blocks spread over it.

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
    is_coded = file.format in CODED
    looks = _looks_at_coded(file) if is_coded else _looks_at_plain(file)
    if not any(look.sounds for look in looks):
        step = min(file.samplerate, file.frames)
        starts = range(0, file.frames, step)
        further = (_look(file, start, step) for start in starts)
        looks = [look for look in further if look.sounds][:1]
    if not looks:
        raise AudioError(f"{file.name}: silent throughout")
    return round(_peak_of(looks), 6)


def _looks_at_plain(file):
    rate, frames = file.samplerate, file.frames
    block = min(math.ceil(BLOCK_SECONDS * rate), frames)
    if frames <= BLOCKS * block:
        starts = range(0, frames, block)
    else:
        starts = np.linspace(0, frames - block, BLOCKS).astype(int)
    return [_look(file, int(start), block) for start in starts]


def _looks_at_coded(file):
    """Few where they are loud enough to tell what is silent beside them."""
    block = min(math.ceil(CODED_SECONDS * file.samplerate), file.frames)
    looks = []
    for count in CODED_BLOCKS:
        # Not the ends, where nobody sings
        middles = (np.arange(count) + 0.5) / count
        starts = (middles * (file.frames - block)).astype(int)
        looks += [_look(file, int(start), block) for start in starts]
        if _peak_of(looks) > QUIET or count * block > file.frames:
            break
    return looks


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
