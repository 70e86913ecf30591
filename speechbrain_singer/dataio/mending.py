"""What libsndfile is given to read, so that it reads all of a file."""

from speechbrain_singer.dataio.announced import mend_announced
from speechbrain_singer.dataio.flac import mend_flac
from speechbrain_singer.dataio.mpeg import mend_mpeg

# What begins so has no frames of an MP3 that could be searched for
_NO_MPEG = b"RIFF RIFX RF64 riff FORM caff .snd dns. NIST OggS".split()


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
        If there is less than the header says.
    """
    stream.seek(0)
    if stream.read(4) in _NO_MPEG:
        return mend_announced(stream), None
    pieces = mend_flac(stream)
    return (pieces, None) if pieces else mend_mpeg(stream, path)
