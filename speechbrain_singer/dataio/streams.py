"""Audio as a stream of bytes: of a path, of a file object, or mended."""

import io
import os
from bisect import bisect_right
from itertools import accumulate


def name_of(source):
    """What messages call an audio file, given as `open_stream` takes it.

    Example
    -------
    >>> name_of("a.wav"), name_of(io.BytesIO())
    ('a.wav', 'the file object')
    """
    if is_file_object(source):
        source = getattr(source, "name", None)
        if not isinstance(source, (str, bytes, os.PathLike)):
            return "the file object"
    if isinstance(source, bytes):
        source = os.fsdecode(source)
    # What is not UTF-8 could not be printed
    return str(source).encode("utf-8", "backslashreplace").decode()


def is_file_object(source):
    """Whether it is read from, and not a path."""
    return hasattr(source, "read") and hasattr(source, "seek")


def open_stream(source):
    """Opens audio for reading its bytes.

    Arguments
    ---------
    source : str, bytes, Path or binary file object
        A path, in which `~` stands for the home folder; or an object that is
        read from its beginning.

    Returns
    -------
    stream : binary file object
        The object itself, or one that is to be closed.
    path : bytes or None
        Where it lies, for libraries that do not know Python's names of files
        that are not UTF-8.

    Raises
    ------
    OSError, ValueError
        If it cannot be opened, or is not what can be.

    Example
    -------
    >>> stream, path = open_stream(io.BytesIO(b"fLaC"))
    >>> stream.read(), path
    (b'fLaC', None)
    """
    if is_file_object(source):
        source.seek(0)
        if isinstance(source.read(0), str):
            raise ValueError("opened as text: open it with mode 'rb'")
        return source, None
    if not isinstance(source, (str, bytes, os.PathLike)):
        raise ValueError("neither a path nor a binary file object")
    path = os.path.expanduser(os.fsencode(source))
    if not os.path.isfile(path):
        os.stat(path)  # says why, where there is another reason
        raise FileNotFoundError
    return open(path, "rb"), path


class Spliced(io.RawIOBase):
    """Parts of a stream, one after the other, among them other bytes.

    It raises nothing: where libsndfile reads it nobody could catch that. What
    cannot be read ends there, and `error` says why.

    Arguments
    ---------
    stream : binary file object
        Stays open when this is closed.
    pieces : list of (bytes or (int, int))
        Bytes as they are, or the first byte of the stream and the one after
        the last.

    Example
    -------
    >>> stream = io.BytesIO(b"one two three")
    >>> Spliced(stream, [(0, 4), b"or ", (8, 13)]).read()
    b'one or three'
    """

    def __init__(self, stream, pieces):
        super().__init__()
        self.stream = stream
        self.pieces = pieces
        lengths = (
            len(piece) if isinstance(piece, bytes) else piece[1] - piece[0]
            for piece in pieces
        )
        self.ends = list(accumulate(lengths))
        self.position = 0
        self.error = None

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.position

    def seek(self, offset, whence=os.SEEK_SET):
        origins = 0, self.position, self.ends[-1]
        self.position = max(0, origins[whence] + offset)
        return self.position

    def readinto(self, buffer):
        place = bisect_right(self.ends, self.position)
        if place == len(self.ends):
            return 0
        left = self.ends[place] - self.position
        count = min(len(buffer), left)
        piece = self.pieces[place]
        if isinstance(piece, bytes):
            first = len(piece) - left
            data = piece[first : first + count]
        else:
            data = self._read(piece[1] - left, count)
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def _read(self, start, count):
        try:
            self.stream.seek(start)
            return bytes(self.stream.read(count) or b"")[:count]
        except Exception as error:  # a file object raises whatever it likes
            self.error = error
            return b""
