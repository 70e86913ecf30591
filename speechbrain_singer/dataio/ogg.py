"""Ogg files that are joined, cut or damaged: libsndfile says nothing of it."""

import os
import zlib
from functools import lru_cache

from speechbrain.utils.logger import get_logger

logger = get_logger(__name__)

_BEGINS, _ENDS = 2, 4  # flags of the first and the last page of a stream
_PAGE = b"OggS\0"
_HEAD, _TAIL = 2**12, 2**16  # bytes; a page has less than 2**16
_REMEDY = "convert it anew (ffmpeg -i a.ogg b.flac)"
_DAMAGED = f"damaged: an Ogg page has another check sum: {_REMEDY}"
_ONES = 2**32 - 1

# The check sum of a page is that of zlib, but with the bits in opposite order
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def check_ogg(stream, name, path=None):
    """Looks whether an Ogg file is one, and has its end.

    Only its first pages and its last 64 KiB are read. Of what is damaged
    between them, no check sum is looked at: the decoder notices it or not. Nor
    is it noticed where files of one serial number are joined and the last one
    is longer than these 64 KiB.

    Arguments
    ---------
    stream : binary file object
    name : str
        For the warning.
    path : bytes, optional
        Where it lies, so that it is looked at once.

    Raises
    ------
    ValueError
        If it is not. Where it ends between two pages, so that it may have been
        recorded so, there is a warning.
    """
    if path is None:
        fault = _fault(stream, name)
    else:
        status = os.fstat(stream.fileno())
        fault = _fault_of_path(path, status.st_size, status.st_mtime_ns, name)
    if fault:
        raise ValueError(fault)


@lru_cache(maxsize=2**14)
def _fault_of_path(path, size, changed, name):
    with open(path, "rb") as stream:
        return _fault(stream, name)


def _fault(stream, name):
    """What is wrong with it, None if nothing is."""
    size = stream.seek(0, os.SEEK_END)
    start = max(0, size - _TAIL)
    stream.seek(0)
    first = list(_first_pages(stream.read(_HEAD)))
    stream.seek(start)
    tail = stream.read(size - start)
    if not all(map(_is_intact, first)):
        return _DAMAGED
    begun = {_serial(page) for page in first}
    begin = sum(map(len, first))
    place = tail.find(_PAGE)
    if place < 0:
        return (
            f"damaged: no Ogg page is in its last {len(tail)} bytes: {_REMEDY}"
        )
    while tail.startswith(b"OggS", place):
        page = _page(tail, place)
        if page is None:
            return f"truncated: its last Ogg page is incomplete: {_REMEDY}"
        is_other = begun and _serial(page) not in begun
        if is_other or (page[5] & _BEGINS and start + place >= begin > 0):
            return (
                "several Ogg files joined, of which only the first would be "
                "read: convert each by itself"
            )
        if not _is_intact(page):
            return _DAMAGED
        place += len(page)
    if b"OggS" in tail[place:]:
        return f"damaged between two Ogg pages: {_REMEDY}"
    if not page[5] & _ENDS:
        logger.warning(
            "%s: an Ogg without an end: cut short, or stopped while it was "
            "recorded; what is there is read",
            name,
        )
    return None


def _first_pages(data):
    """Those with which streams begin: one, or one of each that is mixed."""
    place = 0
    while (page := _page(data, place)) and page[5] & _BEGINS:
        yield page
        place += len(page)


def _page(data, place):
    """The page at a place, None if none is there as a whole."""
    header = data[place : place + 27]
    if header[:4] != b"OggS" or len(header) < 27:
        return None
    segments = data[place + 27 : place + 27 + header[-1]]
    end = place + 27 + header[-1] + sum(segments)
    return data[place:end] if end <= len(data) else None


def _serial(page):
    return page[14:18]


def _is_intact(page):
    told = int.from_bytes(page[22:26].translate(_REVERSED), "big")
    page = page[:22] + bytes(4) + page[26:]
    return zlib.crc32(page.translate(_REVERSED), _ONES) ^ _ONES == told
