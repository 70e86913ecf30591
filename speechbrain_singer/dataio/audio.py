"""Reads audio files as mono float32; every error names its file."""

import os
from fractions import Fraction
from functools import lru_cache

import numpy as np
import soundfile
import torch
import torchaudio

from speechbrain_singer.dataio.audio_file import AudioFile
from speechbrain_singer.dataio.mending import mend
from speechbrain_singer.dataio.mixing import file_weights, mix_down
from speechbrain_singer.dataio.reasons import reason_of
from speechbrain_singer.dataio.streams import name_of, open_stream

# -80 dB of full scale: the hiss of a 16-bit converter lies below it. Three
# things are compared with it:
# - corpora.probe: a file is silent if its peak is below it.
# - dataio.silence: a window is silent if its root mean square, without hum,
#   is below it, or 50 dB below the recording's loudest window.
# - dataio.reading: a frame of 23 ms is silent 40 dB below the recording's peak,
#   or 20 dB below this: root mean squares may lie so far below peaks.
SILENCE = 1e-4

# Nothing that was recorded is louder, not even integers of 32 bits that were
# not divided by their full scale; and its square is finite
LOUDEST = 2.0**31

SAMPLE_RATES = (1_000, 1_000_000)  # a header that says another is broken

# So many samples are read at once, all channels together: what a header claims
# is not asked for before it is there
_BLOCK_SAMPLES = 2**22


class AudioError(ValueError):
    """An audio file that cannot be used; the message names it and says why."""


def read_audio(path, start=0, frames=-1):
    """Reads a stretch of an audio file as mono: the mean of its channels.

    Where the channels of the file cancel, as those of a cable with two wires
    swapped do, it is the loudest one, and a warning names the file.

    Arguments
    ---------
    path : str, Path or binary file object
    start : int
        First frame to read.
    frames : int
        How many frames to read, -1 for all; fewer where the file ends.

    Returns
    -------
    waveform : np.ndarray
        float32, [time].
    sample_rate : int
        In Hz.

    Raises
    ------
    AudioError
        If the file cannot be read or holds samples that are no audio.

    Example
    -------
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, np.full((100, 2), [0.5, 0.25]), 44100)
    >>> read_audio(path, start=90)[0].shape
    (10,)
    """
    with open_audio(path) as file:
        return read_open(file, start, frames), file.samplerate


def read_open(file, start, frames):
    """As `read_audio`, from a file that `open_audio` opened."""
    blocks = list(iterate_open(file, start, frames))
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def iterate_open(file, start, frames):
    """As `read_open`, block by block; of nothing one block, which is empty."""
    start = min(start, file.frames)
    left = file.frames - start
    if 0 <= frames < left:
        left = frames
    size = max(1, _BLOCK_SAMPLES // file.channels)
    while True:
        expected = min(size, left)
        block = _read_block(file, start, expected)
        yield block
        start, left = start + expected, left - expected
        if left == 0:
            return


def _read_block(file, start, frames):
    try:
        if file.weights is None:
            file.weights = file_weights(file, SILENCE)
        samples, scale = file.decode(start, frames)
        if file.error:
            raise AudioError(f"{file.name}: {reason_of(file.error, file.name)}")
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise AudioError(
            f"{file.name}: cannot be decoded: {error}: damaged or truncated; "
            "copy or convert it anew"
        ) from error
    with np.errstate(over="ignore", invalid="ignore"):
        mono = mix_down(samples, file.weights * scale)
    check_samples(mono, file.name)
    if len(mono) < frames:
        raise AudioError(
            f"{file.name}: truncated or damaged: the audio stops after "
            f"{start + len(mono)} of {file.frames} samples; copy or convert it "
            "anew"
        )
    return mono


def check_samples(samples, name):
    """Whether samples can be audio: finite, and not larger than `LOUDEST`.

    Arguments
    ---------
    samples : np.ndarray or torch.Tensor
        Of any shape.
    name : str
        What they are of.

    Raises
    ------
    AudioError
        If they cannot.

    Example
    -------
    >>> check_samples(np.array([0.5, -0.5]), "a.wav")
    """
    if 0 in samples.shape:
        return
    # Both are NaN if one sample is
    lowest, highest = float(samples.min()), float(samples.max())
    if -LOUDEST <= lowest and highest <= LOUDEST:
        return
    worst = max(lowest, highest, key=abs)
    what = f"no audio ({worst:g})" if np.isfinite(worst) else "NaN or infinite"
    raise AudioError(f"{name}: holds samples that are {what}")


def open_audio(path):
    """Opens an audio file for reading, best in a `with` statement.

    All audio comes through this door. Its length is that of what can be
    decoded, also where its header does not know it.

    Arguments
    ---------
    path : str, Path or binary file object
        `~` stands for the home folder. A file object is read from its
        beginning, and stays open.

    Returns
    -------
    file : AudioFile

    Raises
    ------
    AudioError
        If the file cannot be opened, is empty, not audio, shorter than its
        header says, or at a rate that no audio has.
    """
    name = name_of(path)
    stream = place = None
    try:
        stream, place = open_stream(path)
        return _open(name, stream, place)
    except Exception as error:  # a file object raises whatever it likes
        if place:
            stream.close()
        if isinstance(error, MemoryError):
            raise
        raise AudioError(f"{name}: {reason_of(error, name)}") from error


def _open(name, stream, place):
    if stream.seek(0, os.SEEK_END) == 0:
        raise ValueError("the file is empty")
    file = AudioFile(name, stream, place, *mend(stream, place, name))
    low, high = SAMPLE_RATES
    reason = None
    if file.frames == 0:
        reason = "the file holds no audio samples"
    elif not low <= file.samplerate <= high:
        reason = f"sample rate not of audio: {file.samplerate} Hz"
    elif file.format == "RAW":  # what libsndfile takes any .au for
        reason = "not an audio file: it has no header"
    elif not file.seekable():
        reason = f"{file.subtype} can only be read from its beginning: convert"
    if reason:
        file.close()
        raise ValueError(reason)
    return file


@lru_cache(maxsize=16)
def resampler(orig_rate, new_rate):
    """The resampler between two rates, built once a process.

    Its table grows with the terms of the reduced ratio, to gigabytes from 44099
    to 44100 Hz. So denominators stop at 1000: all usual rates are exact, others
    about a cent off.

    Arguments
    ---------
    orig_rate, new_rate : int
        Hz.

    Returns
    -------
    resampler : torchaudio.transforms.Resample
        [..., time] at `orig_rate` to [..., time] at `new_rate`.

    Example
    -------
    >>> import torch
    >>> resampler(48000, 44100)(torch.zeros(48000)).shape
    torch.Size([44100])
    """
    ratio = Fraction(orig_rate, new_rate).limit_denominator(1000)
    with torch.inference_mode(False):  # or it could have no gradients later
        return torchaudio.transforms.Resample(
            ratio.numerator, ratio.denominator
        )
