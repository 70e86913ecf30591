"""An open audio file that knows its name and its length."""

import io
import os

import soundfile

from speechbrain_singer.dataio.streams import Spliced


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
    """

    def __init__(self, name, stream, path, pieces=None, samples=None):
        self._label = name
        self._samples = samples
        self._own = stream if path else None
        self._spliced = None
        self.weights = None  # of its channels, once they are decided upon
        if pieces is None and path:
            stream.close()
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

    def close(self):
        super().close()
        if self._own:
            self._own.close()


def _is_memory(stream):
    """Whether it is bytes in memory, and no name says what they might be."""
    return type(stream) is io.BytesIO and not hasattr(stream, "name")
