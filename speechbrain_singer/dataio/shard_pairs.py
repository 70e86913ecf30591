"""Pairs of clips for training, from shards in place of a manifest."""

import io

import numpy as np
import torch

from speechbrain_singer.checks import (
    check_clip_seconds,
    check_number,
    check_whole,
)
from speechbrain_singer.dataio.audio import (
    SAMPLE_RATES,
    AudioError,
    open_audio,
)
from speechbrain_singer.dataio.pairing import PAIRS
from speechbrain_singer.dataio.reading import Recording
from speechbrain_singer.dataio.shard_reader import Shards
from speechbrain_singer.dataio.shard_stream import (
    PairStream,
    StreamSettings,
    stable_hash,
)
from speechbrain_singer.distributed import own_share


class ShardPairs(torch.utils.data.Dataset):
    """Pairs of random clips, as `ClipPairs` has them, from shards.

    Every worker of every process is a reader. A reader streams through its
    share of the shards, each from beginning to end, and takes pairs from a
    buffer of what went by (`PairStream`). Batch n of all processes together is
    read by reader n modulo their number. So it depends on the seed, the epoch,
    n, the number of readers and the shards, on nothing else; where a run goes
    on within an epoch the pairs before are passed over without being decoded.

    Arguments
    ---------
    shards : list of str
        As `find_shards` returns them, written by `write_shards`.
    seconds, sample_rate, seed
        As `ClipPairs` has them.
    pairs : str
        `recording`; or `singer`: both clips come from two recordings of a
        handful of one singer that lie together in a shard. Where a singer has
        but one, or a recording has no singer's name, from that.
    second_column : str
        `wav`: shards have no other stem.
    buffer_megabytes : float
        Of FLACs, in each reader. The more, the more voices are in a batch.

    Raises
    ------
    ValueError
        If a setting cannot be.

    Example
    -------
    >>> import soundfile
    >>> from speechbrain_singer.corpora import Corpus
    >>> from speechbrain_singer.dataio.sampler import clip_loader
    >>> from speechbrain_singer.dataio.shard_writer import write_shards
    >>> from speechbrain_singer.dataio.splits import Split
    >>> folder = getfixture("tmp_path")
    >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, 88200)
    >>> soundfile.write(folder / "a.wav", noise, 44100)
    >>> corpus = Corpus("folder", folder, folder, split=Split(0, 0))
    >>> shards = write_shards(corpus.prepare().train, folder, "train")
    >>> pairs = ShardPairs([f"{folder}/{name}" for name in shards], 0.5)
    >>> batch = next(iter(clip_loader(pairs, clips_per_epoch=8, batch_size=4)))
    >>> batch["clips"].shape, batch["seeds"].shape, batch["group"].shape
    (torch.Size([4, 2, 22050]), torch.Size([4, 2]), torch.Size([4]))
    """

    def __init__(
        self,
        shards,
        seconds,
        sample_rate=44100,
        seed=1234,
        pairs="recording",
        second_column="wav",
        buffer_megabytes=512,
    ):
        check_clip_seconds(seconds)
        check_whole("sample_rate", sample_rate, *SAMPLE_RATES)
        check_whole("seed", seed, least=0)
        check_number("shard_buffer", buffer_megabytes, least=0)
        if pairs not in PAIRS:
            raise ValueError(
                f"pairs is {pairs!r}; it can be {' or '.join(PAIRS)}"
            )
        if second_column != "wav":
            raise ValueError(
                f"second_column is {second_column!r}, but shards have no other "
                "stem than wav"
            )
        self.shards = Shards(shards)
        self.seconds = seconds
        self.sample_rate = sample_rate
        self.time = max(1, round(seconds * sample_rate))
        self.settings = StreamSettings(
            seconds, pairs == "singer", buffer_megabytes * 1e6, seed
        )
        self.processes = own_share()["world_size"]
        self._stream = None

    def __getstate__(self):
        """Workers begin a stream of their own."""
        return self.__dict__ | {"_stream": None}

    def __getitems__(self, keys):
        """Reads the batch of some keys, (epoch, index) each.

        They have to be those of a batch of `ClipBatches`.

        Returns
        -------
        items : list of dict
            As `ClipPairs` has them, but without `rows`; `group` is a number
            made of the name of the recording or singer.

        Raises
        ------
        RuntimeError
            If no recording could be read and sounded.
        ValueError
            If there are fewer shards than readers.
        """
        epoch, first = keys[0]
        readers = self._readers()
        round_, reader = divmod(first // len(keys), readers)
        stream = self._stream_at(round_ * len(keys), epoch, reader, readers)
        return [self._cut(stream.take()) for _ in keys]

    def _readers(self):
        worker = torch.utils.data.get_worker_info()
        readers = self.processes * (worker.num_workers if worker else 1)
        shards = len(self.shards.shards)
        if readers > shards:
            raise ValueError(
                f"{shards} shards are too few for {readers} readers, of "
                f"{self.processes} processes: lower num_workers, or write "
                "smaller shards"
            )
        return readers

    def _stream_at(self, taken, *key):
        """The stream of an epoch and reader from which so many were taken."""
        stream = self._stream
        if not stream or (stream.epoch, *stream.share) != key:
            stream = None
        if not stream or stream.taken > taken:
            stream = PairStream(self.shards, self.settings, *key)
            self._stream = stream
        while stream.taken < taken:
            stream.take()
        return stream

    def _cut(self, pair):
        """Decodes the clips of a planned pair."""
        one, other = pair.first[0], pair.second[0]
        if one is other:
            clips = self._clips(one, pair.first[1], pair.second[1])
        else:
            clips = [*self._clips(*pair.first), *self._clips(*pair.second)]
        by = "singer" if self.settings.by_singer and one.row["singer"] else "ID"
        return {
            "clips": torch.from_numpy(np.stack(clips)),
            "seeds": torch.tensor(pair.seeds),
            "group": stable_hash(f"{by} {one.row[by]}"),
        }

    def _clips(self, recording, *starts):
        row = recording.row
        try:
            with open_audio(io.BytesIO(recording.flac)) as file:
                opened = Recording(self, file, 0, row["stop"], row["peak"])
                return [clip.waveform() for clip in opened.read_all(starts)]
        except AudioError as error:
            raise AudioError(f"{row['ID']} in its shard: {error}") from error
