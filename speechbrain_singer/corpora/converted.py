"""Audio of a corpus that has to be rewritten before it can be read.

What is written lies in the hidden folder `.converted` of the corpus, as FLAC.
It is written once.
"""

import os
import shutil
import subprocess
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import soundfile
from speechbrain.utils.logger import get_logger
from tqdm import tqdm

from speechbrain_singer.dataio.audio import (
    AudioError,
    check_samples,
    open_audio,
)
from speechbrain_singer.dataio.files import atomic_path, check_writable, sweep
from speechbrain_singer.dataio.streams import name_of

logger = get_logger(__name__)

FOLDER = ".converted"
ACCOMPANIMENT, VOICE = 0, 1  # channels of karaoke
HIGHEST_RATE = 655_350  # Hz, of FLAC
_BLOCK = 2**20  # frames


def convert_files(paths, data_folder, write, suffix=""):
    """Converts those of a corpus's files that are not converted yet.

    Arguments
    ---------
    paths : sequence of str or Path
        Files in `data_folder`.
    data_folder : str or Path
        Relative or not, what is converted gets absolute paths.
    write : callable
        Gets a path and the path of a FLAC to write; raises AudioError if it
        cannot: `by_ffmpeg`, or `channel_of`.
    suffix : str
        Behind the name, where a file is converted in several ways.

    Returns
    -------
    targets : dict
        Path -> the path of what was converted from it.
    skipped : list of dict
        With `path` and `reason`: what cannot be converted.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the disk is full.
    """
    root = Path(os.path.abspath(data_folder))
    targets = {path: _target(path, root, suffix) for path in paths}
    waiting = [path for path in targets if _is_due(path, targets[path])]
    if not waiting:
        return targets, []
    folder = root / FOLDER
    check_writable(folder)
    sweep(folder)
    logger.info("%d files are converted into %s", len(waiting), folder)

    def attempt(path):
        try:
            modified = os.stat(path).st_mtime_ns
            targets[path].parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(targets[path]) as part:
                write(path, part)
                # So another source, even an older one, is noticed
                os.utime(part, ns=(modified, modified))
        except AudioError as error:
            return {"path": str(path), "reason": f"not converted: {error}"}

    with ThreadPool(os.cpu_count()) as pool:
        done = pool.imap(attempt, waiting)
        bar = tqdm(done, "converting", total=len(waiting), unit="file")
        skipped = [row for row in bar if row]
    failed = {row["path"] for row in skipped}
    kept = {p: target for p, target in targets.items() if str(p) not in failed}
    return kept, skipped


def split_karaoke(recordings, data_folder):
    """Writes the channels of stereo files, music on the left, voice right.

    Arguments
    ---------
    recordings : list of dict
        Their `path` is that of the stereo file.
    data_folder : str or Path

    Returns
    -------
    recordings : list of dict
        `path` is that of the voice, `mixture` what it was before, and
        `accompaniment` that of the music.
    skipped : list of dict
        With `path` and `reason`: what has no such channels.
    """
    paths = [row["path"] for row in recordings]
    voices, failed = convert_files(
        *(paths, data_folder, channel_of(VOICE), ".vocals")
    )
    accompaniments, failed_too = convert_files(
        *(list(voices), data_folder, channel_of(ACCOMPANIMENT)),
        ".accompaniment",
    )
    rows = [
        row
        | {
            "path": str(voices[row["path"]]),
            "accompaniment": str(accompaniments[row["path"]]),
            "mixture": row["path"],
        }
        for row in recordings
        if row["path"] in accompaniments
    ]
    return rows, failed + failed_too


def by_ffmpeg(source, target):
    """Writes the first audio stream of a file as FLAC, such as an m4a's."""
    if not shutil.which("ffmpeg"):
        raise FileNotFoundError(
            f"{source}: ffmpeg is needed to read it, and is not there: install "
            "it (https://ffmpeg.org)"
        )
    command = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-xerror",
        "-y",
        "-i",
        str(source),
    ]
    command += ["-map", "0:a:0", "-c:a", "flac", "-f", "flac", str(target)]
    done = subprocess.run(command, stderr=subprocess.PIPE)
    if done.returncode:
        said = done.stderr.decode(errors="backslashreplace").strip()
        raise AudioError(
            f"ffmpeg: {(said or 'it says nothing').splitlines()[-1]}"
        )


def channel_of(number):
    """Makes a function that writes one channel of a file as FLAC.

    Arguments
    ---------
    number : int
        From 0 on.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> stereo = np.stack([np.zeros(100), np.full(100, 0.5)], axis=1)
    >>> soundfile.write(folder / "a.wav", stereo, 16000)
    >>> right = channel_of(1)
    >>> right(folder / "a.wav", folder / "a.flac")
    >>> float(soundfile.read(folder / "a.flac")[0].mean())
    0.5
    """

    def write(source, target):
        name = name_of(source)
        with open_audio(source) as file:
            if file.channels <= number:
                raise AudioError(f"{name}: has no channel {number + 1}")
            if file.samplerate > HIGHEST_RATE:
                raise AudioError(f"{name}: {file.samplerate} Hz is no FLAC's")
            with soundfile.SoundFile(
                *(target, "w", file.samplerate, 1),
                subtype="PCM_24",
                format="FLAC",
            ) as written:
                for samples in _channel(file, number, name):
                    written.write(samples)

    return write


def _channel(file, number, name):
    """The samples of a channel, block by block."""
    left = file.frames
    while left:
        try:
            block = file.read(min(left, _BLOCK), "float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(f"{name}: damaged: {error}") from error
        if not len(block):
            raise AudioError(f"{name}: truncated: {left} frames are missing")
        samples = block[:, number]
        check_samples(samples, name)
        if np.abs(samples).max() > 1:
            raise AudioError(
                f"{name}: samples above 1, which FLAC cannot hold: normalise it"
            )
        left -= len(block)
        yield samples


def _target(path, data_folder, suffix):
    below = Path(os.path.relpath(path, data_folder))
    return data_folder / FOLDER / below.with_name(f"{below.name}{suffix}.flac")


def _is_due(source, target):
    """Whether a file is not converted yet, or is another one since."""
    try:
        return os.stat(target).st_mtime_ns != os.stat(source).st_mtime_ns
    except OSError:
        return True
