"""Ogg files that are joined, cut or damaged: libsndfile says nothing of it."""

import os
import zlib
from functools import lru_cache

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.streams import name_of

logger = get_logger(__name__)

_BEGINS, _ENDS = 2, 4  # flags of the first and the last page of a stream
_REMEDY = "convert it anew (ffmpeg -i a.ogg b.flac)"
_ONES = 2**32 - 1

# The check sum of a page is that of zlib, but with the bits in opposite order
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def check_ogg(stream, path=None):
    """Looks whether an Ogg file is one, whole and undamaged.

    Arguments
    ---------
    stream : binary file object
    path : bytes, optional
        Where it lies, so that it is looked at once.

    Raises
    ------
    ValueError
        If it is not. Where it ends between two pages, so that it may have been
        recorded so, there is a warning.
    """
    if path is None:
        _check(stream)
        return
    status = os.fstat(stream.fileno())
    _check_path(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2**14)
def _check_path(path, size, changed):
    with open(path, "rb") as stream:
        _check(stream)


def _check(stream):
    first, flags = True, 0
    for page in _pages(stream):
        flags = page[5]
        if flags & _BEGINS and not first:
            raise ValueError(
                "several Ogg files joined, of which only the first would be "
                "read: convert each by itself"
            )
        first = first and bool(flags & _BEGINS)
        if not _is_intact(page):
            raise ValueError(
                f"damaged: an Ogg page has another check sum: {_REMEDY}"
            )
    if not flags & _ENDS:
        logger.warning(
            "%s: an Ogg without an end: cut short, or stopped while it was "
            "recorded; what is there is read",
            name_of(stream),
        )


def _pages(stream):
    """The pages, one after the other; what lies behind the last is left."""
    place, size = 0, stream.seek(0, os.SEEK_END)
    while place < size:
        stream.seek(place)
        header = stream.read(27)
        if header[:4] != b"OggS":
            if b"OggS" in header + stream.read():
                raise ValueError(f"damaged between two Ogg pages: {_REMEDY}")
            return
        segments = stream.read(header[-1])
        page = header + segments + stream.read(sum(segments))
        place += 27 + header[-1] + sum(segments)
        if len(header) < 27 or place > size:
            raise ValueError(
                f"truncated: its last Ogg page is incomplete: {_REMEDY}"
            )
        yield page


def _is_intact(page):
    told = int.from_bytes(page[22:26].translate(_REVERSED), "big")
    page = page[:22] + bytes(4) + page[26:]
    return zlib.crc32(page.translate(_REVERSED), _ONES) ^ _ONES == told
