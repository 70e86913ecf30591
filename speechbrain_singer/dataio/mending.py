"""What libsndfile is given to read, so that it reads all of a file."""

from speechbrain_singer.dataio.announced import mend_announced
from speechbrain_singer.dataio.flac import mend_flac
from speechbrain_singer.dataio.mpeg import mend_mpeg
from speechbrain_singer.dataio.mpeg_scan import after_tags
from speechbrain_singer.dataio.ogg import check_ogg

_ANNOUNCED = b"RIFF RIFX RF64 riff FORM caff .snd dns. NIST".split()


def mend(stream, path):
    """Looks whether a file has the length that its header says.

    Arguments
    ---------
    stream : binary file object
    path : bytes or None
        Where it lies.

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
    stream.seek(after_tags(stream, 0))
    kind = stream.read(4)
    if kind in _ANNOUNCED:
        return mend_announced(stream), None
    if kind == b"fLaC":
        return mend_flac(stream), None
    if kind == b"OggS":
        check_ogg(stream, path)
        return None, None
    return mend_mpeg(stream, path)
