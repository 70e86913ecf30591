"""From recordings over windows and batches to one vector per recording."""

from collections import defaultdict

import torch
import torch.nn.functional as F

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.inference.windows import (
    is_silent,
    level,
    split_windows,
)


def encode_recordings(
    recordings, encode, sample_rate, window_seconds, min_seconds, batch_seconds
):
    """Embeds recordings window by window, in batches of bounded size.

    The windows overlap by half. Those of equal length, also of different
    recordings, go through the network together, and nothing is ever padded:
    so no embedding depends on what else is encoded.

    Arguments
    ---------
    recordings : iterable of (str, iterable of torch.Tensor)
        A name for messages, and the audio in pieces, [time] each.
    encode : callable
        [batch, time] to [batch, dim].
    sample_rate : int
        Of the audio, in Hz.
    window_seconds : float
        Length of a window.
    min_seconds : float
        The shortest recording to encode.
    batch_seconds : float
        How much audio to encode at once.

    Returns
    -------
    embeddings : torch.Tensor
        [recordings, dim], of length 1: the mean direction of the windows
        that are not silent.

    Raises
    ------
    AudioError
        If a recording is too short or silent throughout.

    Example
    -------
    >>> noise = torch.randn(1000)
    >>> moments = lambda wavs: torch.stack([wavs.mean(1), wavs.std(1)], dim=1)
    >>> encode_recordings([("noise", [noise])], moments, 100, 2, 1, 4).shape
    torch.Size([1, 2])
    """
    length = round(window_seconds * sample_rate)
    pools = []
    queues = defaultdict(list)
    for name, blocks in recordings:
        pool = _Pool(name)
        pools.append(pool)
        for window in split_windows(blocks, length, length // 2):
            seconds = len(window) / sample_rate
            if seconds < min_seconds:
                raise AudioError(
                    f"{name}: too short to encode: {seconds:.3f} s, at least "
                    f"{min_seconds:.3f} s needed"
                )
            if not pool.hears(window):
                continue
            queue = queues[len(window)]
            queue.append((pool, window))
            if (len(queue) + 1) * seconds > batch_seconds:
                _encode(queue, encode)
    for queue in queues.values():
        _encode(queue, encode)
    return torch.stack([pool.embedding() for pool in pools])


def _encode(queue, encode):
    """Encodes what is in a queue, and empties it."""
    if not queue:
        return
    pools, windows = zip(*queue, strict=True)
    embeddings = _unit(encode(torch.stack(windows)))
    for pool, embedding in zip(pools, embeddings, strict=True):
        pool.embeddings.append(embedding)
    queue.clear()


class _Pool:
    """The windows of one recording, as they come."""

    def __init__(self, name):
        self.name = name
        self.loudest = -float("inf")
        self.levels = []
        self.embeddings = []

    def hears(self, window):
        """Whether to encode a window, whose level is noted then.

        What is silent beside the loudest window so far is silent beside the
        loudest of all, and need not be encoded.
        """
        this = level(window)
        self.loudest = max(self.loudest, this)
        if is_silent(this, self.loudest):
            return False
        self.levels.append(this)
        return True

    def embedding(self):
        """[dim], the mean direction of the windows that are not silent."""
        if not self.embeddings:
            raise AudioError(
                f"{self.name}: silent throughout "
                f"({self.loudest:.0f} dB at the loudest)"
            )
        kept = [
            embedding
            for embedding, of_window in zip(
                self.embeddings, self.levels, strict=True
            )
            if not is_silent(of_window, self.loudest)
        ]
        return _unit(torch.stack(kept).mean(dim=0))


def _unit(vectors):
    # An untrained network's embeddings are as small as 1e-14, below the usual
    # guard against dividing by zero
    return F.normalize(vectors, dim=-1, eps=1e-30)
