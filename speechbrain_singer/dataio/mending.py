"""What libsndfile is given to read, so that it reads all of a file."""

import io
import os

from speechbrain_singer.dataio.announced import mend_announced
from speechbrain_singer.dataio.flac import mend_flac
from speechbrain_singer.dataio.mpeg import mend_mpeg
from speechbrain_singer.dataio.mpeg_scan import after_tags
from speechbrain_singer.dataio.ogg import check_ogg
from speechbrain_singer.dataio.streams import Spliced

_ANNOUNCED = (
    b"RIFF RIFX RF64 riff FORM caff .snd dns. NIST 2BIT ALaw Crea".split()
)


def mend(stream, path, name):
    """Looks whether a file has the length that its header says.

    Arguments
    ---------
    stream : binary file object
    path : bytes or None
        Where it lies.
    name : str
        For warnings.

    Returns
    -------
    pieces : list or None
        As `Spliced` takes them; None where the file is read as it is.
    samples : int or None
        In each channel, where libsndfile cannot know them.

    Raises
    ------
    ValueError
        If there is less than the header says, or libsndfile would leave out a
        part.
    """
    first = after_tags(stream, 0)
    stream.seek(first)
    kind = stream.read(4)
    if kind not in (*_ANNOUNCED, b"fLaC", b"OggS"):
        return mend_mpeg(stream, path)
    if first:
        size = stream.seek(0, os.SEEK_END)
        behind = io.BufferedReader(Spliced(stream, [(first, size)]))
        pieces = _mend(behind, kind, None, name) or [(0, size - first)]
        return [_moved(piece, first) for piece in pieces], None
    return _mend(stream, kind, path, name), None


def _mend(stream, kind, path, name):
    if kind in _ANNOUNCED:
        return mend_announced(stream)
    if kind == b"fLaC":
        return mend_flac(stream, path)
    check_ogg(stream, name, path)
    return None


def _moved(piece, places):
    if isinstance(piece, bytes):
        return piece
    return piece[0] + places, piece[1] + places
