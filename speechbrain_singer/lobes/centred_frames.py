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


def frames_of(features, seconds):
    """How many frames a chunk has of which a network takes one length only.

    Arguments
    ---------
    features : CentredFrames
    seconds : float
        Of the chunk.

    Returns
    -------
    frames : int

    Example
    -------
    >>> from speechbrain_singer.lobes.features import LogMel
    >>> frames_of(LogMel(16000), seconds=5.0)
    157
    """
    return 1 + round(seconds * features.sample_rate) // features.hop_length
