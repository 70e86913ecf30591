"""Ogg files that are cut, or joined: of these one part only would be read."""

import os

_SEARCHED = 2**16  # bytes at the end: more than a page has
_BEGINS = 2  # flag of the first page of a stream


def check_ogg(stream):
    """Looks whether an Ogg file ends, and with a stream that it begins with.

    Arguments
    ---------
    stream : binary file object

    Raises
    ------
    ValueError
        If it does not.
    """
    serials, place = set(), 0
    while True:
        stream.seek(place)
        page = stream.read(27 + 255)
        if page[:4] != b"OggS" or len(page) < 27 or not page[5] & _BEGINS:
            break
        serials.add(page[14:18])
        place += _length(page)
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _SEARCHED))
    end = stream.read(_SEARCHED)
    last = end.rfind(b"OggS")
    page = end[last : last + 27 + 255] if last >= 0 else b""
    if len(page) < 27 or last + _length(page) > len(end):
        raise ValueError(
            "truncated: its last page is cut; copy or convert it anew"
        )
    if last >= 0 and end[last + 14 : last + 18] not in serials:
        raise ValueError(
            "several Ogg files joined, of which only the first would be read: "
            "convert each by itself"
        )


def _length(page):
    """Bytes of a page, by its header."""
    segments = page[26]
    return 27 + segments + sum(page[27 : 27 + segments])
