"""Headers of MPEG audio: the frames that an MP3 is a chain of."""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

# kbit/s by index, for MPEG 1 and for MPEG 2 and 2.5, of the layers
_KBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = (44100, 48000, 32000)  # of MPEG 1


class Kind(NamedTuple):
    """What all frames of a stream have in common.

    Arguments
    ---------
    version : int
        1 of MPEG 1, 2 of MPEG 2, 4 of MPEG 2.5: it divides the sampling rate.
    layer : int
        3 of an MP3.
    rate : int
        Index of the sampling rate.
    mono : bool
    """

    version: int
    layer: int
    rate: int
    mono: bool

    @property
    def hertz(self):
        return _HERTZ[self.rate] // self.version

    @property
    def samples(self):
        """Of a frame, in each channel."""
        if self.layer == 1:
            return 384
        return 576 if self.layer == 3 and self.version > 1 else 1152

    @property
    def tag(self):
        """Where a Xing header lies in a frame: after the side information."""
        if self.version == 1:
            return 21 if self.mono else 36
        return 13 if self.mono else 21

    def size(self, index, padded):
        """Bytes of a frame, by the index of its bit rate, 1 to 14."""
        kbits = _KBITS[min(self.version, 2), self.layer][index - 1]
        slot = 4 if self.layer == 1 else 1
        slots = self.samples // 8 * 1000 * kbits // self.hertz // slot
        return slot * (slots + padded)


def kind_of(header):
    """The `Kind` of a header of four bytes; None if it is none.

    Example
    -------
    >>> kind = kind_of(b"\\xff\\xfb\\x90\\xc0")
    >>> kind, kind.hertz
    (Kind(version=1, layer=3, rate=0, mono=True), 44100)
    """
    if len(header) < 4 or header[0] != 255 or header[1] < 224:
        return None
    version = (4, None, 2, 1)[header[1] >> 3 & 3]
    layer = (None, 3, 2, 1)[header[1] >> 1 & 3]
    rate = header[2] >> 2 & 3
    if not version or not layer or rate == 3:
        return None
    return Kind(version, layer, rate, header[3] >= 192)


@lru_cache
def sizes_of(kind):
    """Bytes of a frame by its first three, for all frames of a kind.

    Frames whose size does not stand in their header (free format) are left
    out.

    Example
    -------
    >>> sizes_of(kind_of(b"\\xff\\xfb\\x90\\xc0"))[b"\\xff\\xfb\\x92"]
    418
    """
    second = 224 | {1: 3, 2: 2, 4: 0}[kind.version] << 3 | 4 - kind.layer << 1
    every = product(range(2), range(1, 15), range(2), range(2))
    return {
        bytes(
            (255, second | no_crc, index << 4 | kind.rate << 2 | bits)
        ): kind.size(index, padded)
        for no_crc, index, padded, private in every
        for bits in [padded << 1 | private]
    }
