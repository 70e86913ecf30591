"""What libsndfile is given to read, so that it reads all of a file."""

from speechbrain_singer.dataio.announced import mend_announced
from speechbrain_singer.dataio.flac import mend_flac
from speechbrain_singer.dataio.mpeg import mend_mpeg
from speechbrain_singer.dataio.mpeg_scan import after_tags

# What begins so is no MP3, and need not be searched for its frames
_NO_MPEG = (
    b"RIFF",
    b"RIFX",
    b"RF64",
    b"riff",
    b"FORM",
    b"caff",
    b".snd",
    b"OggS",
)


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
    pieces = mend_announced(stream) or mend_flac(stream)
    if pieces:
        return pieces, None
    stream.seek(after_tags(stream, 0))
    if stream.read(4) in _NO_MPEG:
        return None, None
    return mend_mpeg(stream, path)
