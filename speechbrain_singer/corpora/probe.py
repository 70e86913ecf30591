"""Probes recordings: can they be used, and how loud do they get?"""

from multiprocessing.pool import ThreadPool

import numpy as np
from tqdm import tqdm

from speechbrain_singer.dataio.audio import (
    SILENCE,
    AudioError,
    open_audio,
    read_open,
)

BLOCKS = 10  # how many blocks of a second are looked at
SAMPLE_RATES = (1_000, 1_000_000)  # a header that says another is broken
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
            reason = str(error).removeprefix(f"{recording['path']}: ")
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
    to the first block that sounds.

    Returns
    -------
    facts : dict
        As `probe_recordings` adds them; `peak` is the largest absolute value
        found.

    Raises
    ------
    AudioError
        If the file cannot be used.

    Example
    -------
    >>> import soundfile
    >>> path = str(getfixture("tmp_path") / "a.wav")
    >>> soundfile.write(path, np.full(22050, 0.5), 44100)
    >>> probe(path)["duration"], probe(path)["peak"]
    (0.5, 0.5)
    """
    _check_name(path)
    with open_audio(path) as file:
        rate, frames = file.samplerate, file.frames
        if not SAMPLE_RATES[0] <= rate <= SAMPLE_RATES[1]:
            raise AudioError(f"{path}: sample rate not of audio: {rate} Hz")
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
        raise AudioError(f"{path}: name is not UTF-8: rename it") from None
    if "$" in path:
        raise AudioError(
            f"{path}: $ in its name: SpeechBrain would put a variable there; "
            "rename it"
        )


def _find_peak(file):
    rate, frames = file.samplerate, file.frames
    block = min(rate, frames)
    if frames <= BLOCKS * rate:
        starts = range(0, frames, block)
    else:
        starts = np.linspace(0, frames - block, BLOCKS).astype(int)
    peak = max(_peak_at(file, start, block) for start in starts)
    if peak < SILENCE:
        blocks = (_peak_at(file, s, block) for s in range(0, frames, block))
        peak = next((found for found in blocks if found >= SILENCE), 0.0)
    if peak < SILENCE:
        raise AudioError(f"{file.name}: silent throughout")
    return round(peak, 6)


def _peak_at(file, start, frames):
    samples = read_open(file, int(start), frames)
    promised = min(frames, file.frames - start)
    if len(samples) < promised:
        raise AudioError(
            f"{file.name}: truncated: the audio stops after "
            f"{start + len(samples)} of {file.frames} frames"
        )
    return float(max(samples.max(), -samples.min()))
