"""Reads audio files: mono float32, every failure named by its file."""

import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import torchaudio

# What libsndfile logs of a WAV whose data stop before the header's length
_CUT_SHORT = re.compile(r"^data : (\d+) \(should be (\d+)\)", re.MULTILINE)

# Audio, by its ending, that libsndfile does not read
UNSUPPORTED = (
    ".aac .ac3 .amr .ape .dff .dsf .m4a .m4b .mka .mpc .ra .shn .tta .wma .wv"
).split()

# Silence, -80 dB of full scale: what a 16-bit converter hisses lies below it.
# It is asked for three times, of three things, so that the rest differs:
# - corpora.probe: a file is silent if its peak is.
# - inference.windows: a window is silent if its root mean square is, or if it
#   lies 50 dB below the recording's loudest window.
# - dataio.reading: a frame of 23 ms is silent 40 dB below the recording's
#   peak. That peak is no silence, but the frames' root mean squares may lie 20
#   dB below their peaks, and so does the floor.
SILENCE = 1e-4


class AudioError(ValueError):
    """An audio file that cannot be used; the message names it and says why."""


def read_audio(path, start=0, frames=-1):
    """Reads a stretch of an audio file as mono: the mean of its channels.

    Arguments
    ---------
    path : str or Path
    start : int
        First frame to read.
    frames : int
        How many frames to read, -1 for all that follow. Fewer come back where
        the file ends before.

    Returns
    -------
    waveform : np.ndarray
        float32, [time].
    sample_rate : int
        In Hz.

    Raises
    ------
    AudioError
        If the file cannot be read or holds samples that are not finite.

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
    # libsndfile converts 16 bits to float ten times slower than NumPy does
    short = file.subtype == "PCM_16"
    try:
        file.seek(min(start, file.frames))
        samples = file.read(frames, "int16" if short else "float32", True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f"{file.name}: cannot be decoded: {error}") from error
    mono = _mix_down(samples, 2**-15 if short else 1)
    # A sum is finite only if every term is, and costs a pass less than isfinite
    if not np.isfinite(mono.sum(dtype=np.float64)):
        raise AudioError(f"{file.name}: holds samples that are NaN or infinite")
    return mono


def _mix_down(samples, scale):
    """The scaled mean of the channels, float32: [time, channels] to [time]."""
    channels = samples.shape[1]
    weights = np.full(channels, scale / channels, dtype=np.float32)
    if channels == 1:
        return samples[:, 0] * weights[0]
    # A product is 30 times faster than a mean over so short an axis
    return samples.astype(np.float32, copy=False) @ weights


def open_audio(path):
    """Opens an audio file for reading.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    file : soundfile.SoundFile
        To be closed by the caller, best with a `with` statement.

    Raises
    ------
    AudioError
        If the file is missing, empty, not audio, or shorter than its header
        says.
    """
    path = Path(path)
    if not path.is_file():
        raise AudioError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise AudioError(f"{path}: the file is empty")
    try:
        file = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        # Without the path, which soundfile's own message says again
        reason = getattr(error, "error_string", error)
        message = f"{path}: not an audio file: {reason}"
        if path.suffix.lower() in UNSUPPORTED:
            message = (
                f"{path}: format not supported: convert {path.suffix} to wav "
                "or flac"
            )
        raise AudioError(message) from error
    cut = _CUT_SHORT.search(file.extra_info)
    # A stream's header says 0xFFFFFFFF or so: its length was not known then
    if cut and int(cut[1]) > int(cut[2]) and int(cut[1]) < 2**31 - 1:
        file.close()
        raise AudioError(
            f"{path}: truncated: {cut[1]} bytes of audio announced, {cut[2]} "
            "there; copy or convert it anew"
        )
    if file.frames == 0:
        file.close()
        raise AudioError(f"{path}: the file holds no audio samples")
    return file


@lru_cache(maxsize=16)
def resampler(orig_rate, new_rate):
    """The resampler between two rates in Hz, built once a process.

    Its table grows with the terms of the reduced ratio, to gigabytes from 44099
    to 44100 Hz. So denominators stop at 1000, which leaves all usual rates as
    they are and others about a cent off.

    Arguments
    ---------
    orig_rate : int
    new_rate : int

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
    return torchaudio.transforms.Resample(ratio.numerator, ratio.denominator)
