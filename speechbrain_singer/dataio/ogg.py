"""Ogg files that are cut, damaged or joined: a part only would be read."""

import os
import zlib
from functools import lru_cache

from speechbrain_singer.dataio.mpeg_scan import after_tags, bytes_of

_BEGINS = 2  # flag of the first page of a stream
_HEADER = 27  # bytes of a page before its table of segments
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ONES = 0xFFFFFFFF


def check_ogg(stream, path=None):
    """Looks whether all pages of an Ogg file are there, and are one file's.

    Arguments
    ---------
    stream : binary file object
    path : bytes, optional
        Where it lies, so that it is looked at once.

    Raises
    ------
    ValueError
        If they are not.
    """
    if path is None:
        reason = _flaw(stream)
    else:
        status = os.fstat(stream.fileno())
        reason = _flaw_of_path(path, status.st_size, status.st_mtime_ns)
    if reason:
        raise ValueError(reason)


@lru_cache(maxsize=2**14)
def _flaw_of_path(path, size, changed):
    with open(path, "rb") as stream:
        return _flaw(stream, of_file=True)


def _flaw(stream, of_file=False):
    """What is wrong, or None."""
    place, at_begin = after_tags(stream, 0), True
    data = bytes_of(stream, of_file)
    while data[place : place + 4] == b"OggS":
        header = data[place : place + _HEADER + 255]
        stop = place + _length(header) if len(header) >= _HEADER else len(data)
        if len(header) < _HEADER or stop > len(data):
            return "truncated: its last page is cut; copy or convert it anew"
        if _checksum(data[place:stop]) != header[22:26]:
            return "damaged: a page differs from its check sum; copy it anew"
        begins = bool(header[5] & _BEGINS)
        if begins and not at_begin:
            return (
                "several Ogg files joined, of which only the first would be "
                "read: convert each by itself"
            )
        at_begin = begins
        place = stop
    return None


def _length(page):
    """Bytes of a page, by its header."""
    segments = page[26]
    return _HEADER + segments + sum(page[_HEADER : _HEADER + segments])


def _checksum(page):
    """The CRC of a page, whose own field counts as zeros.

    It is zlib's with the bits of every byte in the other order, and begins
    with zeros instead of ones.
    """
    page = page[:22] + bytes(4) + page[26:]
    crc = zlib.crc32(page.translate(_MIRRORED), _ONES) ^ _ONES
    return crc.to_bytes(4, "big").translate(_MIRRORED)
