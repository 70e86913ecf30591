"""Audio as an encoder takes it: mono, at its sampling rate, block by block."""

from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.audio import AudioError, open_audio
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.inference.blocks import read_blocks, resample_blocks
from speechbrain_singer.inference.waveforms import (
    as_mono,
    is_empty,
    whole_rate,
)

logger = get_logger(__name__)


class BlockReader:
    """Gives audio at one rate; warns if it was recorded at a lower one.

    Arguments
    ---------
    sample_rate : int
        To which audio is resampled, in Hz.

    Example
    -------
    >>> import torch
    >>> blocks = BlockReader(44100).resampled("noise", torch.randn(480), 48000)
    >>> sum(len(block) for block in blocks)
    441
    """

    def __init__(self, sample_rate):
        self.sample_rate = sample_rate
        self._warned_of_missing_band = False

    def from_file(self, path, start=None, stop=None):
        """Blocks of a file, or of the frames from `start` to `stop` of it.

        Yields float32, [time] each. AudioError if the file cannot be read, or
        holds samples that are no audio.
        """
        with open_audio(path) as file:
            self._warn_of_missing_band(file.name, file.samplerate)
            yield from resample_blocks(
                read_blocks(file, start or 0, stop),
                file.samplerate,
                self.sample_rate,
            )

    def from_rows(self, rows):
        """(name, blocks) of each row of a manifest, as `from_file` reads it.

        Of a row without a path the blocks raise an AudioError.
        """
        for item, row in enumerate(rows):
            path = row["wav"]
            if is_empty(path):
                message = f"item {item} is {path!r}, no path"
                yield f"item {item}", _no_file(message)
            else:
                stretch = row.get("start"), row.get("stop")
                yield name_of(path), self.from_file(path, *stretch)

    def from_waveform(self, waveform, sample_rate):
        """A waveform as the one recording of a list.

        Arguments
        ---------
        waveform : torch.Tensor or np.ndarray
            [time] or [channels, time], floating point.
        sample_rate : int
            Of the waveform, in Hz.

        Returns
        -------
        recordings : list of (str, iterable of torch.Tensor)
            A name for messages, and the audio in blocks.

        Raises
        ------
        ValueError
            If it is [time, channels], or has no such sampling rate.
        """
        sample_rate = whole_rate(sample_rate)
        name, mono = "the waveform", as_mono(waveform).cpu()
        return [(name, self.resampled(name, mono, sample_rate))]

    def resampled(self, name, waveform, sample_rate):
        """Blocks of a waveform, [time] at any rate; a warning has the name."""
        self._warn_of_missing_band(name, sample_rate)
        yield from resample_blocks([waveform], sample_rate, self.sample_rate)

    def _warn_of_missing_band(self, name, sample_rate):
        if sample_rate >= self.sample_rate or self._warned_of_missing_band:
            return
        self._warned_of_missing_band = True
        logger.warning(
            "%s: recorded at %d Hz, so that the band from %d to %d Hz, which "
            "the encoder listens to, is missing; expect worse embeddings "
            "(other files may be so too: this is said once)",
            name,
            sample_rate,
            sample_rate // 2,
            self.sample_rate // 2,
        )


def _no_file(message):
    """Blocks that fail as those of a file that cannot be read."""
    raise AudioError(message)
    yield
