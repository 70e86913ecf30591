"""Ogg files that are joined, of which libsndfile reads the first part only."""

import os

_SEARCHED = 2**16  # bytes at the end: more than a page has
_BEGINS = 2  # flag of the first page of a stream


def check_ogg(stream):
    """Looks whether an Ogg file ends with a stream that it begins with.

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
        segments = page[26]
        place += 27 + segments + sum(page[27 : 27 + segments])
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _SEARCHED))
    end = stream.read(_SEARCHED)
    last = end.rfind(b"OggS")
    if last >= 0 and end[last + 14 : last + 18] not in serials:
        raise ValueError(
            "several Ogg files joined, of which only the first would be read: "
            "convert each by itself"
        )
