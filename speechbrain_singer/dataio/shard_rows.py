"""What a shard says of a recording: its row, where it sounds, a seal.

A sample of a shard is a FLAC and, under the same key, a row of a manifest as
JSON. `wav` is the name of the FLAC, `start`, `stop`, `sample_rate` and `peak`
are those of it. To them come:

- `sounding`: which of its frames of 23 ms sound, so that a clip that does can
  be drawn without decoding anything.
- `handful`: equal of recordings of one singer that lie together.
- `last`: whether nothing follows in this shard.
- `crc32`: of all of this and of the FLAC.
"""

import base64
import json
import zlib
from functools import cached_property

import numpy as np

from speechbrain_singer.dataio.reading import frame_size

OF_SHARDS = ("handful", "last", "sounding")  # columns, of no other files
_SEAL = "crc32"


def seal(row, flac):
    """The JSON of a row, which tells whether it or its FLAC was damaged.

    Arguments
    ---------
    row : dict
    flac : bytes

    Returns
    -------
    sealed : bytes

    Example
    -------
    >>> sealed = seal({"ID": "a"}, b"fLaC")
    >>> unseal(sealed, b"fLaC")
    {'ID': 'a'}
    >>> unseal(sealed, b"fLaX")
    Traceback (most recent call last):
    ValueError: damaged: its check sum differs
    """
    return _as_json(row | {_SEAL: _check_sum(row, flac)})


def unseal(sealed, flac):
    """The row that was sealed.

    Raises
    ------
    ValueError
        If it or the FLAC was damaged since.
    """
    try:
        row = json.loads(sealed)
        check_sum = row.pop(_SEAL)
    except (ValueError, KeyError, AttributeError, TypeError):
        raise ValueError("no row that recipes/ssl/shard.py wrote") from None
    if check_sum != _check_sum(row, flac):
        raise ValueError("damaged: its check sum differs")
    return row


def _check_sum(row, flac):
    return zlib.crc32(flac, zlib.crc32(_as_json(row)))


def _as_json(row):
    return json.dumps(row, sort_keys=True, separators=(",", ":")).encode()


def pack(sounds):
    """Text for `sounding`, of [frames] bool."""
    return base64.b64encode(np.packbits(sounds)).decode()


class ShardRecording:
    """A recording that came out of a shard, not yet decoded.

    Arguments
    ---------
    row : dict
        As `unseal` returns it.
    flac : bytes

    Attributes
    ----------
    frames, rate : int
        Samples, and Hz.

    Example
    -------
    >>> row = {"stop": 4100, "sample_rate": 44100}
    >>> row["sounding"] = pack([True, True, False, False])
    >>> recording = ShardRecording(row, b"")
    >>> recording.sounding(0, 2050), recording.sounding(1025, 2050)
    (1.0, 0.5)
    """

    def __init__(self, row, flac):
        self.row = row
        self.flac = flac
        self.frames = row["stop"]
        self.rate = row["sample_rate"]
        self._size = frame_size(self.rate, self.frames)

    @property
    def seconds(self):
        return self.frames / self.rate

    @cached_property
    def _sounds(self):
        packed = np.frombuffer(
            base64.b64decode(self.row["sounding"]), dtype=np.uint8
        )
        return np.unpackbits(packed, count=self.frames // self._size)

    def sounding(self, start, frames):
        """Share of a stretch that sounds, as `Clip.sounding` has it.

        To within a frame at either end: there it counts frames from the
        clip's beginning, here from the recording's.
        """
        first = min(round(start / self._size), len(self._sounds) - 1)
        last = max(first + 1, round((start + frames) / self._size))
        return float(np.mean(self._sounds[first:last]))
