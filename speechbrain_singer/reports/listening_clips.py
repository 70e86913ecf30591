"""Clips of a listening test: equally loud, faded, as MP3."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
import torchaudio
from speechbrain.utils.logger import get_logger

from speechbrain_singer.checks import check_number, check_whole
from speechbrain_singer.dataio.audio import AudioError, read_audio, resampler
from speechbrain_singer.dataio.loudest import loudest_start
from speechbrain_singer.dataio.mp3_writer import (
    LEAST_KBPS,
    MOST_KBPS,
    check_mp3,
    mp3_bytes,
)
from speechbrain_singer.dataio.silence import is_silent
from speechbrain_singer.dsp.loudness import loudness, offset_of

logger = get_logger(__name__)

SAMPLE_RATE = 44100  # Hz, of all clips: none is told by its band
LEVEL = -23.0  # LUFS
_PEAK = 10 ** (-1 / 20)  # room for what the coding adds
_FADE = 0.1  # seconds, at both ends
_GATE = 0.4  # seconds, whose loudness BS.1770 measures at a time
_CODER_SECONDS = 0.1  # which a file has more than its clip
_TEXT = 4 / 3  # characters a byte, in base64


@dataclass(frozen=True)
class ListeningClips:
    """Cuts one clip of a recording: where it is loudest.

    Arguments
    ---------
    seconds : float
        Length of a clip, 1 to 60; a shorter recording is one itself.
    kbps : float
        Bit rate of the MP3, one channel, in kbit/s.

    Raises
    ------
    ValueError
        If one is out of range.
    RuntimeError
        If this soundfile cannot write MP3.

    Example
    -------
    >>> import soundfile
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> noise = np.random.default_rng(0).uniform(-0.1, 0.1, 48000)
    >>> soundfile.write(path, noise, 48000)
    >>> row = {"wav": path, "start": 0, "stop": 48000, "sample_rate": 48000}
    >>> clips = ListeningClips(seconds=2.0, kbps=64)
    >>> len(clips.cut(row, row)) // 1000
    8
    """

    seconds: float = 8.0
    kbps: float = 96.0

    def __post_init__(self):
        check_number("seconds", self.seconds, least=1, most=60)
        check_number("kbps", self.kbps, least=LEAST_KBPS, most=MOST_KBPS)
        check_mp3()

    def megabytes(self, count):
        """How large a page with so many clips is, at most.

        Example
        -------
        >>> round(ListeningClips(seconds=8.0, kbps=96).megabytes(60), 1)
        7.8
        """
        seconds = self.seconds + _CODER_SECONDS
        return count * seconds * self.kbps * 125 * _TEXT / 1e6

    def check_size(self, questions, most):
        """Refuses, before the work, a page that would be too large.

        Arguments
        ---------
        questions : int
            With three clips each.
        most : float
            Megabytes.

        Raises
        ------
        ValueError
            That says what to lower; or if there are no questions.
        """
        check_whole("questions", questions, least=1)
        size = self.megabytes(3 * questions)
        if size > most:
            raise ValueError(
                f"{questions} questions of 3 clips of {self.seconds:g} s at "
                f"{self.kbps:g} kbit/s make a page of {size:.1f} MB, and at "
                f"most {most:g} are asked for: lower questions, seconds or "
                "kbps, or raise megabytes"
            )

    def cut(self, row, voice):
        """The clip of a recording.

        Arguments
        ---------
        row : dict
            What is heard: `wav`, `start`, `stop` and `sample_rate`.
        voice : dict
            The same recording as it is looked at where it is loudest: of a
            mixture the vocals, so that there is a voice in the clip.

        Returns
        -------
        data : bytes
            An MP3 file. Its loudness after ITU-R BS.1770, which weighs
            frequencies as ears do and leaves out pauses, is `LEVEL`, unless
            its peaks would reach above full scale: then it is less, and a
            warning names it.

        Raises
        ------
        AudioError
            If the recording cannot be read, or is silent.
        """
        rate = row["sample_rate"]
        start = row["start"] + round(loudest_start(voice, self.seconds) * rate)
        frames = min(round(self.seconds * rate), row["stop"] - start)
        if frames < 1:
            raise AudioError(f"{row['wav']}: ends before its vocals are loud")
        samples, rate = read_audio(row["wav"], start, frames)
        clip = torch.from_numpy(samples)
        clip = clip - offset_of(clip)  # or its ends would click, resampled
        if rate != SAMPLE_RATE:
            clip = resampler(rate, SAMPLE_RATE)(clip)
        clip = _faded(_equally_loud(clip, row["wav"]))
        return mp3_bytes(clip.numpy(), SAMPLE_RATE, self.kbps)


def _equally_loud(clip, name):
    level = loudness(clip, SAMPLE_RATE)
    if is_silent(level, level):
        raise AudioError(f"{name}: silent where it is loudest")
    # One gate is absolute, and torchaudio's filters cut off what exceeds 1
    clip = clip * (0.25 / clip.abs().max())
    whole = F.pad(clip, (0, max(0, round(_GATE * SAMPLE_RATE) - len(clip))))
    level = torchaudio.functional.loudness(whole[None], SAMPLE_RATE).item()
    gain = 10 ** ((LEVEL - level) / 20)
    room = _PEAK / clip.abs().max().item()
    if gain > room:
        logger.warning(
            "%s: %.1f dB quieter than the other clips, or its peaks would be "
            "cut off",
            *(name, 20 * math.log10(gain / room)),
        )
    return clip * min(gain, room)


def _faded(clip):
    size = min(round(_FADE * SAMPLE_RATE), len(clip) // 2)
    ramp = torch.from_numpy(
        np.sin(np.linspace(0, np.pi / 2, size, dtype=np.float32)) ** 2
    )
    clip[:size] *= ramp
    clip[len(clip) - size :] *= ramp.flip(0)
    return clip
