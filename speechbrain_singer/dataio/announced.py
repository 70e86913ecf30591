"""How long an uncompressed file says that it is: truncated, whole, unknown."""

import os
import struct
from typing import NamedTuple


class Announced(NamedTuple):
    """What a header says of the bytes of audio that follow.

    Arguments
    ---------
    length : int
        How many there are.
    begin : int
        Where they begin.
    form : str
        How the length stands in the file, as `struct` has it.
    field : int or None
        Where it stands; None where libsndfile needs no other one.
    reads_on : bool
        Whether libsndfile takes what follows for audio too.
    """

    length: int
    begin: int
    form: str
    field: int | None = None
    reads_on: bool = False


# What a file begins with: where its first chunk is, how the length of a chunk
# stands there, which chunks hold the audio, and to what lengths are padded
_CHUNKS = {
    b"RIFF": (12, "<I", (b"data",), 2),
    b"RIFX": (12, ">I", (b"data",), 2),
    b"RF64": (12, "<I", (b"data",), 2),
    b"FORM": (12, ">I", (b"SSND", b"BODY"), 2),
    b"caff": (8, ">q", (b"data",), 1),
}
_W64 = b"riff\x2e\x91\xcf\x11"
_NEAR = 2**16  # lengths that are not known are rounded to whole blocks of audio
_MOST_CHUNKS = 1000  # zeros would be chunks without end
_SOX_AIFF = 0x7F000000
# Kinds of AIFF whose samples are bytes, the first of those that name none; the
# last four have one byte, whatever the width that they were made of
_PLAIN_AIFF = (
    *(b"", b"NONE", b"sowt", b"twos", b"raw ", b"in24", b"in32"),
    *(b"fl32", b"FL32", b"fl64", b"FL64", b"ulaw", b"ULAW", b"alaw", b"ALAW"),
)


def mend_announced(stream):
    """Compares the length in the header of a file with what is there.

    Programs that write to a pipe cannot know the length, and leave 0 there or
    the largest number, or one near it.

    Arguments
    ---------
    stream : binary file object
        Of any format. WAV (RF64), AIFF, AU, CAF, W64, NIST, AVR, WVE and VOC
        are looked at.

    Returns
    -------
    pieces : list or None
        With the true length in the header, as `Spliced` takes it; None where
        there is nothing to mend.

    Raises
    ------
    ValueError
        If there is less than the header says.

    Example
    -------
    >>> import io
    >>> header = b".snd" + struct.pack(">5I", 24, 0xFFFFFFFF, 3, 8000, 1)
    >>> mend_announced(io.BytesIO(header + bytes(16)))[1]
    b'\\x00\\x00\\x00\\x10'
    """
    found = _find(stream)
    if found is None:
        return None
    size = stream.seek(0, os.SEEK_END)
    there = size - found.begin
    if _unknown(found, stream, size):
        return _mended(found, there, size)
    if there < found.length:
        raise ValueError(
            f"truncated: {found.length} bytes of audio announced, "
            f"{max(0, there)} there; copy or convert it anew"
        )
    if found.reads_on and there > found.length:
        return [(0, found.begin + found.length)]
    return None


def _find(stream):
    stream.seek(0)
    head = stream.read(1024)
    kind = head[:4]
    if kind in _CHUNKS:
        return _find_chunk(stream, kind)
    if head.startswith(_W64):
        return _find_w64(stream)
    if kind in (b".snd", b"dns.") and len(head) >= 12:
        form = ">I" if kind == b".snd" else "<I"
        begin, length = struct.unpack(form[0] + "2I", head[4:12])
        return Announced(length, begin, form, 8)
    if head.startswith(b"NIST_1A"):
        return _find_nist(head)
    return _find_rare(head)


def _find_rare(head):
    """As far as their first header says it all: not MAT4 and MAT5."""
    if len(head) < 128:
        return None
    if head.startswith(b"2BIT"):  # AVR
        stereo, bits, frames = struct.unpack(">H H 10x I", head[12:30])
        channels = 2 if stereo else 1
        return Announced(frames * channels * bits // 8, 128, "<Q")
    if head.startswith(b"ALawSoundFile**\0"):  # WVE
        return Announced(int.from_bytes(head[18:22], "big"), 32, "<Q")
    if head.startswith(b"Creative Voice File\x1a") and head[26] in (1, 9):
        length = int.from_bytes(head[27:30], "little")
        return Announced(length, 30, "<I")  # of one block: others may follow
    return None


def _chunks(stream, first, form, padding):
    """(name, length, first byte) of chunks, as far as they go."""
    end = stream.seek(0, os.SEEK_END)
    size = 4 + struct.calcsize(form)
    for _ in range(_MOST_CHUNKS):
        if not 0 <= first <= end - size:
            return
        stream.seek(first)
        header = stream.read(size)
        (length,) = struct.unpack(form, header[4:])
        yield header[:4], length, first + size
        first += size + length + -length % padding


def _find_chunk(stream, kind):
    first, form, names, padding = _CHUNKS[kind]
    long, common = None, b""
    for name, length, begin in _chunks(stream, first, form, padding):
        if name == b"ds64":
            stream.seek(begin + 8)
            field = stream.read(8)
            if len(field) == 8:
                long = struct.unpack("<Q", field)[0], begin + 8
        if name == b"COMM" and kind == b"FORM":
            stream.seek(begin)
            common = stream.read(min(22, length))
        if name in names:
            _check_common(common, length)
            if kind == b"RF64" and long:
                return Announced(long[0], begin, "<Q", long[1])
            return Announced(length, begin, form, begin - struct.calcsize(form))
    return None


def _check_common(common, length):
    """AIFF says in a second place how many samples there are."""
    known = len(common) >= 18 and 8 < length < _SOX_AIFF
    if not known or common[18:22] not in _PLAIN_AIFF:
        return
    channels, frames, bits = struct.unpack(">hIh", common[:8])
    width = 1 if common[18:22] in _PLAIN_AIFF[-4:] else -(-bits // 8)
    announced = frames * channels * width
    if frames < _SOX_AIFF and announced > length - 8:
        raise ValueError(
            f"truncated: {frames} samples announced, {length - 8} bytes there; "
            "copy or convert it anew"
        )


def _find_w64(stream):
    first, end = 40, stream.seek(0, os.SEEK_END)
    for _ in range(_MOST_CHUNKS):
        if first > end - 24:
            return None
        stream.seek(first)
        header = stream.read(24)
        (length,) = struct.unpack("<Q", header[16:])  # the header included
        if header.startswith(b"data"):
            length = 0 if length == 24 else length
            return Announced(length, first, "<Q", first + 16, True)
        first += max(24, length + -length % 8)
    return None


def _find_nist(head):
    fields = dict(
        line.split(b" -i ", 1) for line in head.split(b"\n") if b" -i " in line
    )
    names = b"sample_count", b"channel_count", b"sample_n_bytes"
    try:
        count, channels, width = (int(fields[name]) for name in names)
        begin = int(head[8:16])
    except (KeyError, ValueError):
        return None
    length = count * channels * width
    return Announced(length, begin, "<Q", reads_on=True)


def _unknown(found, stream, size):
    """Whether the length in the header is none."""
    if found.length == 0:
        return not _ends_in_chunks(stream, found, size)
    if found.length < 0:
        return True
    bits = 8 * struct.calcsize(found.form)
    near = 2**bits, 2 ** (bits - 1), _SOX_AIFF
    return any(abs(found.length - number) <= _NEAR for number in near)


def _ends_in_chunks(stream, found, size):
    """Whether chunks follow up to the end: then there is no audio indeed."""
    if found.begin == size:
        return True
    if found.form not in ("<I", ">I"):
        return False
    end = None
    for name, length, begin in _chunks(stream, found.begin, found.form, 2):
        if not name.isalnum():
            return False
        end = begin + length
    return end is not None and end in (size, size - 1)


def _mended(found, there, size):
    # libsndfile itself reads longer ones to their end
    if found.field is None or not 0 <= there < 2**31:
        return None
    field = struct.pack(found.form, there)
    return [(0, found.field), field, (found.field + len(field), size)]
