"""Loss by MP3 coding."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import torch

from speechbrain_singer.augment.draws import log_uniform
from speechbrain_singer.checks import check_range
from speechbrain_singer.dataio.mp3_writer import (
    LEAST_KBPS,
    MOST_KBPS,
    SAMPLE_RATES,
    check_mp3,
    mp3_bytes,
)

# Samples by which encoder and decoder delay, unless the file says its length
DELAY = 576 + 529


@dataclass(frozen=True)
class MP3:
    """Encodes each clip as MP3 at a constant bit rate and decodes it again.

    libsndfile's LAME and mpg123 take one clip after the other on the CPU. That
    waits for the device, takes about 60 ms for a clip of 4 s, and has no
    gradient. The clip keeps its length and is not delayed. A clip above full
    scale is coded at full scale, and is as loud again afterwards.

    Arguments
    ---------
    min_kbps, max_kbps : float
        Range of the bit rate in kbit/s; log-uniform. The encoder takes the
        nearest one of MPEG-1 Layer III, 32 to 320.
    sample_rate : int
        In Hz: 32000, 44100 or 48000.

    Raises
    ------
    ValueError
        If the minimum is above the maximum, one not within 32 to 320, or the
        sample rate is another.
    RuntimeError
        If this soundfile cannot write MP3.

    Example
    -------
    >>> from speechbrain_singer.augment.streams import Streams
    >>> mp3 = MP3(min_kbps=64.0, max_kbps=64.0)
    >>> wavs = torch.randn(2, 5000, generator=torch.Generator().manual_seed(1))
    >>> parameters = mp3.draw(wavs, Streams([1, 2]))
    >>> mp3.apply(wavs, parameters).shape
    torch.Size([2, 5000])
    """

    min_kbps: float = 48.0
    max_kbps: float = 256.0
    sample_rate: int = 44100

    def __post_init__(self):
        check_range(
            "bit rate in kbit/s",
            self.min_kbps,
            self.max_kbps,
            LEAST_KBPS,
            MOST_KBPS,
        )
        if self.sample_rate not in SAMPLE_RATES:
            raise ValueError(
                f"MP3 at {self.sample_rate} Hz: one of {SAMPLE_RATES} needed"
            )
        check_mp3()

    def draw(self, wavs, streams):
        """The bit rate in kbit/s."""
        return {
            "kbps": log_uniform(wavs, streams, self.min_kbps, self.max_kbps)
        }

    def apply(self, wavs, parameters):
        """[batch, time] to [batch, time].

        Raises a ValueError if a clip is not finite.
        """
        clips = wavs.detach().cpu().float().numpy()
        _check_finite(clips)
        rates = parameters["kbps"][:, 0].tolist()
        coded = [
            _code(clip, rate, self.sample_rate)
            for clip, rate in zip(clips, rates, strict=True)
        ]
        return torch.from_numpy(np.stack(coded)).to(wavs)


def _check_finite(clips):
    """Refuses what would make the encoder end the process."""
    bad = np.flatnonzero(~np.isfinite(clips).all(axis=1))
    if len(bad) > 0:
        raise ValueError(
            f"{len(bad)} of {len(clips)} clips are not finite (the first is "
            f"clip {bad[0]}): they cannot be coded as MP3; look for NaN and "
            "infinities in what comes before"
        )


def _code(clip, kbps, sample_rate):
    """Encodes and decodes a clip, [time]."""
    # The encoder ends the process at amplitudes far above full scale
    peak = max(np.abs(clip).max(initial=0), np.float32(1))
    file = io.BytesIO(mp3_bytes(clip / peak, sample_rate, kbps))
    decoded = soundfile.read(file, dtype="float32")[0]
    # Frames of low bit rates have no room for the tag that says the length
    if len(decoded) > len(clip):
        decoded = decoded[DELAY:]
    return peak * decoded[: len(clip)]
