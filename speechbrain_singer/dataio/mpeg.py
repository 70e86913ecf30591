"""MP3s as long as they are, whatever their header says.

libsndfile takes the length from a header in the first frame (Xing, Info),
estimates it where there is none, and never reads beyond. So frames are counted
here, and a header that is right takes the place of one that is not.
"""

import mmap
import os
import struct
from functools import lru_cache

from speechbrain_singer.dataio.mpeg_frames import kind_of
from speechbrain_singer.dataio.mpeg_scan import after_tags, begins, scan

_FRAMES, _BYTES = 1, 2  # flags of a Xing header: what stands in it
_LAME = 154  # from a Xing header to the check sum of what stands up to there


def mend_mpeg(stream, path=None):
    """Counts the frames of an MP3 whose header does not vouch for its length.

    Arguments
    ---------
    stream : binary file object
    path : bytes, optional
        Where it lies, so that it is counted once.

    Returns
    -------
    pieces : list or None
        As `Spliced` takes them; None where it can be read as it is, or is no
        MP3.
    samples : int or None
        In each channel, where no header can say it: in layers I and II.

    Raises
    ------
    ValueError
        If there are fewer frames than its header says, or they change their
        kind on the way.
    """
    if _is_vouched_for(stream):
        return None, None
    if path is None:
        if not begins(stream):
            return None, None
        stream.seek(0)
        return _mend(stream, stream.read())
    status = os.fstat(stream.fileno())
    return _mend_path(path, status.st_size, status.st_mtime_ns)


def _is_vouched_for(stream):
    """Whether a header with a check sum says the length that the file has."""
    size = stream.seek(0, os.SEEK_END)
    first = after_tags(stream, 0)
    stream.seek(first)
    frame = stream.read(256)
    kind = kind_of(frame[:4])
    if kind is None:
        return False
    tag = frame[kind.tag :]
    if tag[:4] not in (b"Xing", b"Info") or len(frame) < kind.tag + _LAME + 2:
        return False
    flags, _, length = struct.unpack(">3I", tag[4:16])
    end = kind.tag + _LAME
    summed = int.from_bytes(frame[end : end + 2], "big") == _crc(frame[:end])
    whole = after_tags(stream, first + length) == size
    return summed and flags & _FRAMES and flags & _BYTES and whole


def _crc(data):
    """The CRC-16 that LAME writes."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    return crc


def _crc_of(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC = [_crc_of(byte) for byte in range(256)]


@lru_cache(maxsize=2**14)
def _mend_path(path, size, changed):
    with (
        open(path, "rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return _mend(stream, data)


def _mend(stream, data):
    found = scan(stream, data)
    if found is None:
        return None, None
    for announced, there in found.parts:
        # Some programs count the header itself
        if announced - 1 > there:
            raise ValueError(
                f"truncated: {announced} MP3 frames announced, {there} there; "
                "copy or convert it anew"
            )
    kind, frames = found.kind, sum(there for _, there in found.parts)
    if frames == 0:
        raise ValueError("the file holds no audio samples")
    if found.parts == [(frames, frames)] and len(found.runs) == 1:
        if found.first == after_tags(stream, 0):
            return None, None
        # What lies before the first frame hides from libsndfile what it is
        return [(found.first, len(data))], None
    if kind.layer != 3:
        return found.runs, frames * kind.samples
    stream.seek(found.runs[0][0])
    size = sum(stop - start for start, stop in found.runs)
    return [_header(kind, stream.read(4), frames, size), *found.runs], None


def _header(kind, first, frames, size):
    """A frame of silence that says how many follow, and their bytes."""
    needed = kind.tag + 16
    index = next(i for i in range(1, 15) if kind.size(i, False) >= needed)
    head = bytes((255, first[1] | 1, index << 4 | kind.rate << 2, first[3]))
    length = kind.size(index, False)
    tag = struct.pack(">4s3I", b"Xing", _FRAMES | _BYTES, frames, length + size)
    return (head.ljust(kind.tag, b"\0") + tag).ljust(length, b"\0")
