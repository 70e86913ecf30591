"""Encoders that hear every recording degraded."""

import zlib
from dataclasses import dataclass

import torch

from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.dataio.streams import name_of
from speechbrain_singer.evaluation.embeddings import encode_heard
from speechbrain_singer.inference.reader import BlockReader
from speechbrain_singer.seeding import derive_seed


@dataclass(frozen=True)
class DegradedHearing:
    """An encoder, to which each recording comes degraded.

    What is drawn for a recording depends on its ID, not on its place: all
    encoders hear the same.

    Arguments
    ---------
    encoder : object
        With `sample_rate`, `dimension` and `encode_batch`.
    degradation : object
        With `draw` and `apply`; see `evaluation.degradations`.
    sample_rate : int
        At which recordings are degraded, in Hz.
    seed : int

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.augment.mp3 import MP3
    >>> from speechbrain_singer.baselines.mfcc import MFCCStatistics
    >>> path = getfixture("tmp_path") / "a.wav"
    >>> soundfile.write(path, torch.randn(9000).clamp(-3, 3) / 4, 44100)
    >>> heard = DegradedHearing(MFCCStatistics(), MP3(64.0, 64.0))
    >>> heard.encode_rows([{"ID": "a", "wav": path}], False).shape
    torch.Size([1, 40])
    """

    # What its embeddings depend on beside those of any encoder; see `cache`
    further_code = ("augment/*.py", "dsp/*.py", "seeding.py")
    columns_heard = ("ID",)

    encoder: object
    degradation: object
    sample_rate: int = 44100
    seed: int = 0

    @property
    def dimension(self):
        """Of the embeddings."""
        return self.encoder.dimension

    def encode_rows(self, rows, progressbar=True):
        """One vector for each row of a manifest, [rows, dim].

        NaN, and a warning, of what cannot be encoded; AudioError if nothing
        can.
        """
        return encode_heard(self.encoder, rows, self._at_its_rate, progressbar)

    def degraded(self, row):
        """What is heard of a row: [time] at `sample_rate`."""
        reader = BlockReader(self.sample_rate)
        stretch = row.get("start"), row.get("stop")
        wavs = torch.cat(list(reader.from_file(row["wav"], *stretch)))[None]
        place = zlib.crc32(row["ID"].encode(errors="surrogatepass"))
        streams = Streams([derive_seed(self.seed, place)])
        parameters = self.degradation.draw(wavs, streams)
        return self.degradation.apply(wavs, parameters)[0]

    def _at_its_rate(self, row):
        reader = BlockReader(self.encoder.sample_rate)
        heard = self.degraded(row)
        blocks = reader.resampled(name_of(row["wav"]), heard, self.sample_rate)
        return torch.cat(list(blocks))
