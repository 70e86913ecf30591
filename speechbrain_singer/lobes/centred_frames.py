"""Where the frames of a centred spectrogram are."""


class CentredFrames:
    """Frames every `hop_length` samples, the first centred on sample 0.

    Of a class that has `sample_rate` and `hop_length`.

    Attributes
    ----------
    frame_rate : float
        Frames a second.
    first_frame : float
        Where in the clip the middle of the first frame is, in seconds.

    Example
    -------
    >>> class Spectrogram(CentredFrames):
    ...     sample_rate, hop_length = 16000, 160
    >>> Spectrogram().frame_rate, Spectrogram().samples_for(101)
    (100.0, 16000)
    """

    first_frame = 0.0

    @property
    def frame_rate(self):
        """Frames a second."""
        return self.sample_rate / self.hop_length

    def samples_for(self, frames):
        """How many samples a clip of so many frames has at least."""
        return (frames - 1) * self.hop_length
