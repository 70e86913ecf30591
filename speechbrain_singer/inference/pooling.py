"""From recordings over windows and batches to one vector per recording."""

import math
from collections import defaultdict
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dataio.silence import is_silent
from speechbrain_singer.dsp.loudness import loudness, offset_of
from speechbrain_singer.inference.windows import split_windows

# A trained encoder tells singers apart no better by windows that overlap, and
# they take longer (benchmarks/window_overlap.py)
OVERLAP = 0.0


@dataclass(frozen=True)
class Windowing:
    """How recordings go through a network.

    Arguments
    ---------
    sample_rate : int
        Of the audio, in Hz.
    window_seconds : float
        Length of a window.
    min_seconds : float
        The shortest recording to encode.
    batch_seconds : float
        How much audio to hold and to encode at once.
    overlap : float
        Share of a window that the next one has too, in [0, 1).
    """

    sample_rate: int
    window_seconds: float
    min_seconds: float
    batch_seconds: float
    overlap: float = OVERLAP

    def split(self, name, blocks):
        """Windows of a recording, [time] each; AudioError if it is too short.

        `name` is the recording's, `blocks` its audio, [time] each.
        """
        length = round(self.window_seconds * self.sample_rate)
        least = round(self.min_seconds * self.sample_rate)
        hop = max(1, int((1 - self.overlap) * length))
        for window in split_windows(blocks, length, hop):
            if len(window) < least:
                reason = ": one window, and this encoder takes no shorter one"
                raise AudioError(
                    f"{name}: too short to encode: "
                    f"{len(window) / self.sample_rate:.3f} s, at least "
                    f"{self.min_seconds:.3f} s needed"
                    f"{reason if least == length else ''}"
                )
            yield window


def encode_recordings(recordings, encode, windowing, directions=True):
    """Embeds recordings window by window, in batches of bounded size.

    Windows of equal length, also of different recordings, go through the
    network together, and nothing is ever padded: so no embedding depends on
    what else is encoded. Each comes without its offset.

    Arguments
    ---------
    recordings : iterable of (str, iterable of torch.Tensor)
        A name for messages, and the audio in blocks, [time] each.
    encode : callable
        [batch, time] to [batch, dim].
    windowing : Windowing
    directions : bool
        Whether all vectors are brought to length 1, those of windows and
        those of recordings. Without, they are taken as they are.

    Yields
    ------
    outcome : torch.Tensor or AudioError
        For each recording, in order: [dim], the mean, or the mean direction,
        of the windows that are not silent; or what its audio raised, or that
        it is too short, silent throughout or only hum, or its embedding not
        finite.

    Example
    -------
    >>> noise = torch.randn(20000)
    >>> moments = lambda wavs: torch.stack([wavs.amax(1), wavs.std(1)], dim=1)
    >>> recordings = [("noise", [noise]), ("rest", [0 * noise])]
    >>> list(encode_recordings(recordings, moments, Windowing(8000, 1, 0.5, 4)))
    [tensor([..., ...]), AudioError('rest: silent throughout...')]
    """
    length = _unit if directions else _as_it_is
    windows = _windows(recordings, windowing)
    limit = windowing.batch_seconds * windowing.sample_rate
    for batch in _batches(windows, limit):
        _encode(batch, lambda windows: length(encode(windows)))
        yield from (
            pool.outcome(length) for pool, _, window in batch if window is None
        )


def _windows(recordings, windowing):
    """(pool, level, window) of each to encode, window None at the end."""
    for name, blocks in recordings:
        pool = _Pool(name)
        try:
            for window in windowing.split(name, blocks):
                level = loudness(window, windowing.sample_rate)
                window = window - offset_of(window)
                if pool.takes(level):
                    yield pool, level, window
                else:
                    pool.note_hum(window)
        except AudioError as error:
            pool.error = error
        except MemoryError:
            pool.error = AudioError(f"{name}: memory does not suffice for it")
        yield pool, None, None


def _batches(windows, limit):
    """Lists of what `_windows` yields, of at most so many samples."""
    batch, samples = [], 0
    for pool, level, window in windows:
        size = 0 if window is None else len(window)
        if samples and samples + size > limit:
            yield batch
            batch, samples = [], 0
        batch.append((pool, level, window))
        samples += size
    yield batch


def _encode(batch, encode):
    """Gives the pools the embeddings of their windows."""
    of_length = defaultdict(list)
    for pool, level, window in batch:
        if window is not None:
            of_length[len(window)].append((pool, level, window))
    for group in of_length.values():
        pools, levels, windows = zip(*group, strict=True)
        embeddings = encode(torch.stack(windows))
        for each in zip(pools, levels, embeddings, strict=True):
            _Pool.add(*each)


class _Pool:
    """The windows of one recording, as they come.

    Their embeddings are summed and counted by level in whole dB, rounded up: so
    memory does not grow with them, and those that a louder window makes silent
    can be left out, if they are so by up to 1 dB more than others.
    """

    def __init__(self, name):
        self.name = name
        self.loudest = -float("inf")
        self.hums = False
        self.sums = {}
        self.error = None

    def takes(self, level):
        """Whether to encode a window of this level, which is noted then.

        What is silent beside the loudest window so far is silent beside the
        loudest of all, and need not be encoded.
        """
        self.loudest = max(self.loudest, level)
        return not is_silent(level, self.loudest)

    def note_hum(self, window):
        """Takes note of a window that is silent: would it be so with hum?"""
        level = 10 * math.log10(window.square().mean().item() + 1e-20)
        self.hums = self.hums or not is_silent(level, self.loudest)

    def add(self, level, embedding):
        """Takes the embedding, [dim], of a window of this level."""
        level = math.ceil(level)
        total, count = self.sums.get(level, (0, 0))
        self.sums[level] = total + embedding, count + 1

    def outcome(self, length):
        """The mean of what is not silent, [dim], or the error.

        `length` gives the mean the length that is wanted.
        """
        if self.error:
            return self.error
        if not self.sums:
            what = "only hum and rumble" if self.hums else "silent throughout"
            return AudioError(
                f"{self.name}: {what} ({self.loudest:.0f} dB at the loudest"
                f"{', without them' if self.hums else ''})"
            )
        kept = [
            summed
            for level, summed in self.sums.items()
            if not is_silent(level, self.loudest)
        ]
        totals, counts = zip(*kept, strict=True)
        outcome = length(torch.stack(totals).sum(dim=0) / sum(counts))
        if not outcome.isfinite().all():
            return AudioError(f"{self.name}: its embedding is not finite")
        return outcome


def _unit(vectors):
    # An untrained network's embeddings are as small as 1e-14, below the usual
    # guard against dividing by zero
    return F.normalize(vectors, dim=-1, eps=1e-30)


def _as_it_is(vectors):
    return vectors
