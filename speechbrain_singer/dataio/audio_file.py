"""An open audio file that knows its name and its length."""

import io
import os

import numpy as np
import soundfile

from speechbrain_singer.dataio.streams import Spliced

# A frame of an MP3 uses bits of frames before it, and is silent without them
_MP3_LEAD = 12 * 1152


class AudioFile(soundfile.SoundFile):
    """What `open_audio` returns.

    Arguments
    ---------
    name : str
        For messages.
    stream : binary file object
        Its bytes.
    path : bytes or None
        Where it lies; the stream is closed with this then.
    pieces : list, optional
        What to read of the stream, as `Spliced` takes it.
    samples : int, optional
        The most in each channel, where libsndfile only estimates them.

    Attributes
    ----------
    key : tuple or None
        The path with the size and the time of its last change.
    weights : np.ndarray or None
        Of its channels, once they are decided upon.
    """

    def __init__(self, name, stream, path, pieces=None, samples=None):
        self._label = name
        self._samples = samples
        self._own = stream if path else None
        self._spliced = None
        self.weights = self.key = None
        if path:
            status = os.fstat(stream.fileno())
            self.key = path, status.st_size, status.st_mtime_ns
        if pieces is None and path:
            stream.close()
        self._source = stream, path, pieces
        self._begin()

    def _begin(self):
        stream, path, pieces = self._source
        if pieces is None and path:
            # What has no header would be guessed from the ending of a path;
            # that of an SD2 is in another file
            if not path.lower().endswith(b".sd2"):
                path = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            super().__init__(path)
        elif pieces is None and _is_memory(stream):
            # Reading cannot fail there, and nothing has to lie between
            stream.seek(0)
            super().__init__(stream)
        else:
            pieces = pieces or [(0, stream.seek(0, os.SEEK_END))]
            self._spliced = Spliced(stream, pieces)
            super().__init__(io.BufferedReader(self._spliced))

    def reopen(self):
        """For reading on: after a fault libsndfile gives a whole FLAC up."""
        super().close()
        self._begin()

    @property
    def name(self):
        return self._label

    @property
    def frames(self):
        frames = super().frames
        return frames if self._samples is None else min(frames, self._samples)

    @property
    def error(self):
        """Why the stream could not be read further; None if it could."""
        return self._spliced and self._spliced.error

    def decode(self, start, frames, lead=_MP3_LEAD):
        """A stretch of all channels.

        Arguments
        ---------
        start, frames : int
        lead : int
            How many frames before it are decoded too, of an MP3.

        Returns
        -------
        samples : np.ndarray
            [time, channels]; fewer where the file ends.
        scale : np.float32
            What they are to be multiplied by.
        """
        # libsndfile converts 16 bits to float ten times slower than NumPy does
        short = self.subtype == "PCM_16"
        lead = min(start, lead) if self.format == "MP3" else 0
        self.seek(start - lead)
        kind = "int16" if short else "float32"
        samples = self.read(lead + frames, kind, True)[lead:]
        return samples, np.float32(2**-15 if short else 1)

    def close(self):
        super().close()
        if self._own:
            self._own.close()


def _is_memory(stream):
    """Whether it is bytes in memory, and no name says what they might be."""
    return type(stream) is io.BytesIO and not hasattr(stream, "name")
