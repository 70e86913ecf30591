"""Shards: found by a pattern, and read from beginning to end, once."""

import glob
import os
from itertools import groupby, pairwise

import numpy as np
from speechbrain.utils.logger import get_logger

from speechbrain_singer.dataio.shard_rows import ShardRecording, unseal
from speechbrain_singer.dataio.webdataset import webdataset

logger = get_logger(__name__)

NO_FAILURE = "none"


def find_shards(pattern):
    """The shards of a pattern, in the order of their names.

    Arguments
    ---------
    pattern : str
        A path or several, by braces and wildcards, such as
        `/disk*/train-{000000..000099}.tar`; or what else webdataset opens,
        such as `https://HOST/train-{000000..000099}.tar`, or `pipe:` and a
        command. Several patterns are set apart by `::`.

    Returns
    -------
    shards : list of str

    Raises
    ------
    FileNotFoundError
        If a path leads nowhere.
    ImportError
        If the package webdataset is missing.
    ValueError
        If two shards have one name.

    Example
    -------
    >>> folder = getfixture("tmp_path")
    >>> for number in range(3):
    ...     (folder / f"train-{number}.tar").touch()
    >>> [os.path.basename(s) for s in find_shards(f"{folder}/*-{{0,2}}.tar")]
    ['train-0.tar', 'train-2.tar']
    """
    shards = []
    for url in webdataset().shardlists.expand_urls(pattern):
        shards += [url] if _is_remote(url) else _local(os.path.expanduser(url))
    shards.sort(key=lambda shard: (shard_name(shard), shard))
    for one, other in pairwise(shards):
        if shard_name(one) == shard_name(other):
            raise ValueError(f"{one} and {other}: two shards of one name")
    return shards


def _is_remote(url):
    return url.startswith("pipe:") or "://" in url


def _local(path):
    found = [path] if os.path.exists(path) else glob.glob(path)
    if not found:
        raise FileNotFoundError(f"{path}: no such shard")
    return found


def shard_name(shard):
    """The name of a shard, wherever it lies."""
    return shard.rpartition("/")[2]


class Shards:
    """Shards, whose recordings stream by; what is damaged is named once.

    Arguments
    ---------
    shards : list of str
        As `find_shards` returns them.

    Attributes
    ----------
    failure : str
        The last damage that was met, or `NO_FAILURE`.
    """

    def __init__(self, shards):
        self.shards = shards
        self.failure = NO_FAILURE
        self._named = set()

    def deal(self, keys, reader=0, readers=1):
        """The share of a reader: all readers together have each shard once.

        Arguments
        ---------
        keys : sequence of int
            What the order is a function of, such as (seed, epoch, pass).
        reader, readers : int
            Which of how many.

        Returns
        -------
        shards : list of str
        """
        generator = np.random.default_rng(keys)
        order = generator.permutation(len(self.shards))
        return [self.shards[i] for i in order[reader::readers]]

    def handfuls(self, shard):
        """Yields lists of `ShardRecording`: of one singer that lie together."""
        by_handful = groupby(
            self.recordings(shard), lambda recording: recording.row["handful"]
        )
        for _, recordings in by_handful:
            yield list(recordings)

    def recordings(self, shard):
        """Yields each `ShardRecording` of a shard, as they lie in it.

        Nothing is decoded. A recording whose bytes are not those that were
        written is left out, and of a shard that is damaged or cut what comes
        behind; a warning names it.
        """
        errors, ended = [], False
        sources = [{"url": shard}]
        # What went wrong is kept, and what was read before it still comes
        for sample in webdataset().tarfile_samples(
            sources, handler=lambda error: errors.append(error) or True
        ):
            try:
                flac = sample.get("flac", b"")
                recording = ShardRecording(
                    unseal(sample.get("json", b""), flac), flac
                )
            except ValueError as error:
                ended = True  # as far as one knows
                self._warn_once(
                    f"{shard}: {sample['__key__']}: {error}; it is left out"
                )
                continue
            ended = recording.row["last"]
            yield recording
        flaw = None if ended else "its end is missing"
        if errors:
            flaw = _reason(errors[0])
        if flaw:
            self._warn_once(f"{shard}: {flaw}; the rest of it is left out")

    def _warn_once(self, message):
        self.failure = message
        if message not in self._named:
            self._named.add(message)
            logger.warning(message)


def _reason(error):
    """What an error said before webdataset added where it was."""
    said = [part for part in error.args if isinstance(part, str)]
    return said[0].partition(" @ ")[0] if said else repr(error)
