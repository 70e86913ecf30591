"""FLAC of unknown length, as pipes write it, joined or cut."""

import os
from functools import lru_cache

_SEARCHED = 2**16, 2**19  # bytes at the end: most frames have less, then all
_TRIED = 8  # beginnings of frames, from the last one on


def mend_flac(stream, path=None):
    """Puts the length into a FLAC whose header leaves it open.

    It is that of the frames up to the last whole one, which says its place.
    Where the header says it, that frame tells whether the file was cut or
    another one joined to it, of which libsndfile would read nothing. A joined
    one of the same length is not noticed.

    Arguments
    ---------
    stream : binary file object
    path : bytes, optional
        Where it lies, so that it is searched once.

    Returns
    -------
    pieces : list or None
        As `Spliced` takes them; None of a FLAC whose header says the length,
        and of what is no FLAC.

    Raises
    ------
    ValueError
        If there is no whole frame, or the last one does not end where the
        header says.
    """
    stream.seek(0)
    head = stream.read(42)
    if head[:4] != b"fLaC" or len(head) < 42:
        return None
    if path is None:
        found = _end_of(stream)
    else:
        status = os.fstat(stream.fileno())
        found = _end_of_path(path, status.st_size, status.st_mtime_ns)
    announced = _announced(head)
    if announced:
        if found and found[0] != announced:
            raise ValueError(
                "truncated, or several FLAC files joined: the last frame ends "
                f"at sample {found[0]} of {announced}; copy or convert each "
                "anew"
            )
        return None
    if found is None:
        raise ValueError(
            "FLAC of unknown length, without a whole frame at its end: "
            "convert it anew"
        )
    samples, end = found
    # The length takes 36 bits from byte 21 on, not the first 4
    number = int.from_bytes(head[21:26], "big") | samples
    return [(0, 21), number.to_bytes(5, "big"), (26, end)]


def _announced(head):
    """Samples of each channel by its header, 0 where they are unknown."""
    return int.from_bytes(head[21:26], "big") % 2**36


@lru_cache(maxsize=2**14)
def _end_of_path(path, size, changed):
    with open(path, "rb") as stream:
        return _end_of(stream)


def _end_of(stream):
    """(samples, place in the file) of the end of the last whole frame."""
    stream.seek(0)
    head = stream.read(42)
    block = int.from_bytes(head[10:12], "big")
    size = stream.seek(0, os.SEEK_END)
    for searched in _SEARCHED:
        start = max(42, size - searched)
        stream.seek(start)
        data = _without_tags(stream.read(size - start))
        if found := _last_frame(data, block, _announced(head)):
            return found[0], start + found[1]
    return None


def _without_tags(data):
    """Without the tags of ID3v1 and APE at its end."""
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    if data[-32:-24] == b"APETAGEX":
        length = int.from_bytes(data[-20:-16], "little")
        has_header = data[-9] & 128
        data = data[: -length - 32 if has_header else -length]
    return data


def _last_frame(data, block, announced):
    """(samples up to its end, its end in the data) of the last whole frame.

    One that ends where the header says is it, whatever lies behind it.
    """
    ends = [len(data)]
    place = len(data)
    while len(ends) <= _TRIED and 0 <= (place := data.rfind(b"\xff", 0, place)):
        samples = _samples(data[place : place + 16], block)
        if samples is None:
            continue
        end = len(data) if samples == announced else _end(data, place, ends)
        if end is not None:
            return samples, end
        ends.append(place)
    return None


def _samples(header, block):
    """What a frame's header says of the samples up to its end, if it is one.

    `block` is the number of samples of a frame where all have as many.
    """
    if len(header) < 8 or header[1] & 254 != 248:
        return None
    size, rate = header[2] >> 4, header[2] & 15
    following = 8 - (header[4] ^ 255).bit_length()  # as in UTF-8
    if size == 0 or rate == 15 or header[3] & 1 or following in (1, 8):
        return None
    number = header[4] & (127 >> following)
    after = 4 + max(1, following)
    for byte in header[5:after]:
        number = number << 6 | byte & 63
    stated = {6: 1, 7: 2}.get(size, 0)
    check = after + stated + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if check >= len(header) or _crc(header[: check + 1], _CRC_8, 8):
        return None
    if stated:
        samples = int.from_bytes(header[after : after + stated], "big") + 1
    elif size < 6:
        samples = 192 if size == 1 else 576 << size - 2
    else:
        samples = 256 << size - 8
    return samples + number * (1 if header[1] & 1 else block)


def _end(data, place, ends):
    """The end at which the check sum of the frame at a place is right."""
    crc = 0
    for end in reversed(ends):
        crc = _crc(data[place:end], _CRC_16, 16, crc)
        if crc == 0:
            return end
        place = end
    return None


def _crc(data, table, bits, crc=0):
    most = 2**bits - 1
    for byte in data:
        crc = crc << 8 & most ^ table[crc >> bits - 8 ^ byte]
    return crc


def _table(polynomial, bits):
    table = []
    for crc in range(256):
        crc <<= bits - 8
        for _ in range(8):
            high = crc >> bits - 1
            crc = (crc << 1 ^ polynomial * high) & 2**bits - 1
        table.append(crc)
    return table


_CRC_8 = _table(0x07, 8)
_CRC_16 = _table(0x8005, 16)
