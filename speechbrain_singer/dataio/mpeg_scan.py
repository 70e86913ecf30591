"""Finds the frames of an MP3, and what lies between them."""

import re
from typing import NamedTuple

from speechbrain_singer.dataio.mpeg_frames import Kind, kind_of, sizes_of

_CHAIN = 3  # so many frames in a row are no accident
_SEARCHED = 2**16  # bytes at the beginning in which there must be such
_LONGEST = 2881  # bytes of a frame
_MOST_TAGS = 100  # before audio; empty ones could go on for long
_MOST_BREAKS = 2**16  # headers without a frame: chance makes one in 64 KiB


class Scan(NamedTuple):
    """The frames of MPEG audio.

    Arguments
    ---------
    kind : Kind
    first : int
        Where the first one is, which may be the header of a length.
    runs : list of (int, int)
        Where they are in the file, without the headers of a length and all
        else between them: the first byte, and the one after the last.
    parts : list of (int, int)
        How many frames such a header says there are, -1 where there is none,
        and how many follow.
    """

    kind: Kind
    first: int
    runs: list
    parts: list


def scan(stream, data):
    """Finds all frames.

    Arguments
    ---------
    stream : binary file object
    data : bytes or mmap
        All that is in it.

    Returns
    -------
    scan : Scan or None
        None if it is no MPEG audio.

    Raises
    ------
    ValueError
        If frames of another kind follow, or more that looks like frames and
        is none than a file can have that was not made up.
    """
    first = _first_frame(data, after_tags(stream, 0))
    return None if first is None else _Scanner(data, first).scan(stream, first)


def begins(stream):
    """Whether it can be MPEG audio, by its beginning.

    Example
    -------
    >>> import io
    >>> begins(io.BytesIO(bytes(1000)))
    False
    """
    stream.seek(after_tags(stream, 0))
    data = stream.read(_SEARCHED + _CHAIN * _LONGEST)
    return _first_frame(data, 0) is not None


def after_tags(stream, position):
    """The end of the ID3, APE and Lyrics tags that begin at a position.

    Example
    -------
    >>> import io
    >>> tag = b"ID3" + bytes([4, 0, 0, 0, 0, 1, 2]) + bytes(130)
    >>> after_tags(io.BytesIO(tag + b"audio"), 0)
    140
    """
    for _ in range(_MOST_TAGS):
        stream.seek(position)
        head = stream.read(32)
        if head[:3] == b"ID3" and len(head) >= 10:
            length = 0
            for byte in head[6:10]:
                length = length << 7 | byte & 127
            position += length + (20 if head[5] & 16 else 10)
        elif head[:3] == b"TAG":
            position += 128
        elif head[:8] == b"APETAGEX" and len(head) == 32:
            is_header = head[23] & 32
            length = int.from_bytes(head[12:16], "little")
            position += length + 32 if is_header else 32
        else:
            break
    return position


def _first_frame(data, position):
    """The first of a chain of frames, None if there is none."""
    stop = position + _SEARCHED
    while 0 <= (position := data.find(b"\xff", position, stop)):
        if _is_chain(data, position, _CHAIN):
            return position
        position += 1
    return None


def _is_chain(data, position, count):
    """Whether so many frames of one kind follow, or as many as there are."""
    kind = kind_of(data[position : position + 4])
    sizes = sizes_of(kind) if kind else {}
    for _ in range(count):
        if position == len(data):
            return True
        size = sizes.get(data[position : position + 3])
        if size is None:
            return False
        position += size
    return position <= len(data)


class _Scanner:
    def __init__(self, data, first):
        self.data = data
        self.kind = kind_of(data[first : first + 4])
        self.sizes = sizes_of(self.kind)
        starts = b"|".join(re.escape(start) for start in self.sizes)
        self.starts = re.compile(starts)
        self.breaks = 0
        self.headers = _headers(data, self.kind)
        self.runs = []
        self.parts = [(-1, 0)]

    def scan(self, stream, position):
        first = position
        while position is not None:
            end = after_tags(stream, self._follow(position))
            self._check_kind(end)
            position = self._next(end)
        parts = [part for part in self.parts if part != (-1, 0)]
        return Scan(self.kind, first, self.runs, parts)

    def _follow(self, position):
        """Goes from frame to frame; returns where the last one ends."""
        data, sizes, headers = self.data, self.sizes, self.headers
        mono, length = self.kind.mono, len(data)
        start, frames = position, 0
        while size := sizes.get(data[position : position + 3]):
            stop = position + size
            if stop > length or (data[position + 3] >= 192) != mono:
                break
            if position in headers:
                self._add(start, position, frames)
                self.parts.append((headers[position], 0))
                start, frames = stop, 0
            else:
                frames += 1
            position = stop
        self._add(start, position, frames)
        return position

    def _add(self, start, stop, frames):
        announced, before = self.parts[-1]
        self.parts[-1] = announced, before + frames
        if stop > start:
            self.runs.append((start, stop))

    def _check_kind(self, position):
        other = kind_of(self.data[position : position + 4])
        if other in (None, self.kind) or position == len(self.data):
            return
        if _is_chain(self.data, position, _CHAIN):
            frames = sum(there for _, there in self.parts)
            raise ValueError(
                f"recordings of two kinds, {_name(self.kind)} and after "
                f"{frames * self.kind.samples / self.kind.hertz:.1f} s "
                f"{_name(other)}, joined: convert each by itself"
            )

    def _next(self, position):
        """The next frame of the kind that is followed by one, or the end."""
        while match := self.starts.search(self.data, position):
            position = match.start()
            same = kind_of(self.data[position : position + 4]) == self.kind
            if same and _is_chain(self.data, position, 2):
                return position
            position += 1
            self.breaks += 1
            if self.breaks > _MOST_BREAKS:
                raise ValueError("a damaged MP3: convert it anew")
        return None


def _name(kind):
    return f"{kind.hertz} Hz {'mono' if kind.mono else 'stereo'}"


def _headers(data, kind):
    """Frames that only say how many follow: {first byte: how many}."""
    headers = {}
    for name, tag, field in (
        (b"Xing", kind.tag, 8),
        (b"Info", kind.tag, 8),
        (b"VBRI", 36, 14),
    ):
        place = -1
        while 0 <= (place := data.find(name, place + 1)):
            first = place - tag
            # The frame is silent else; chance would hardly put the name there
            if first < 0 or data[first] != 255 or any(data[first + 4 : place]):
                continue
            number = data[place + field : place + field + 4]
            told = name == b"VBRI" or data[place + 7] & 1
            headers[first] = int.from_bytes(number, "big") if told else -1
    return headers
