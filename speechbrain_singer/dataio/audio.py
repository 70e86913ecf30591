"""Reads audio files as mono float32; every error names its file."""

import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import torchaudio

# libsndfile's log of a WAV whose data stop before the length in its header
_CUT_SHORT = re.compile(r"^data : (\d+) \(should be (\d+)\)", re.MULTILINE)

# Endings of audio that libsndfile does not read
UNSUPPORTED = (
    ".aac .ac3 .amr .ape .dff .dsf .m4a .m4b .mka .mpc .ra .shn .tta .wma .wv"
).split()

# -80 dB of full scale: the hiss of a 16-bit converter lies below it. Three
# things are compared with it:
# - corpora.probe: a file is silent if its peak is below it.
# - inference.windows: a window is silent if its root mean square is below it,
#   or 50 dB below the recording's loudest window.
# - dataio.reading: a frame of 23 ms is silent 40 dB below the recording's peak,
#   or 20 dB below this: root mean squares may lie so far below peaks.
SILENCE = 1e-4

# Nothing that was recorded is louder, not even integers of 32 bits that
# somebody did not divide by their full scale; and its square is finite
LOUDEST = 2.0**31

SAMPLE_RATES = (1_000, 1_000_000)  # a header that says another is broken


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
    # A sum is finite only if every term is, and takes less time than isfinite
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
    """Opens an audio file for reading, best in a `with` statement.

    Arguments
    ---------
    path : str or Path

    Returns
    -------
    file : soundfile.SoundFile

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
        # soundfile's own message would say the path again
        reason = getattr(error, "error_string", error)
        message = f"{path}: not an audio file: {reason}"
        if path.suffix.lower() in UNSUPPORTED:
            message = (
                f"{path}: format not supported: convert {path.suffix} to wav "
                "or flac"
            )
        raise AudioError(message) from error
    cut = _CUT_SHORT.search(file.extra_info)
    # A stream's header says 0xFFFFFFFF or so, as its length was not known
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
    return torchaudio.transforms.Resample(ratio.numerator, ratio.denominator)
