"""From recordings over windows and batches to the outputs of all frames."""

from collections import defaultdict

import torch

from speechbrain_singer.dataio.audio import AudioError


def join_frames(recordings, compute, windows, min_samples, batch_samples):
    """The frames of recordings, computed in batches of bounded size.

    Windows of equal length, also of different recordings, go through the
    network together; nothing is padded. Results come to the CPU batch by
    batch, and only they grow with a recording's length.

    Arguments
    ---------
    recordings : iterable of (str, iterable of torch.Tensor)
        A name for messages, and the audio in blocks, [time] each.
    compute : callable
        [batch, time] on the CPU to [batch, frames, outputs].
    windows : FrameWindows
    min_samples : int
        The shortest recording.
    batch_samples : int
        How much audio is computed at once, at most.

    Yields
    ------
    outcome : torch.Tensor or AudioError
        For each recording, in order: [frames, outputs], on the CPU; or what
        its audio raised, or that it is too short, or its frames not finite.

    Example
    -------
    >>> from speechbrain_singer.inference.frame_windows import FrameWindows
    >>> ramp = torch.arange(50.0)
    >>> every = lambda wavs: wavs.unfold(1, 2, 2).mean(-1, keepdim=True)
    >>> windows = FrameWindows(length=20, hop=2, margin=1)
    >>> frames, = join_frames([("a", [ramp])], every, windows, 2, 40)
    >>> torch.equal(frames[:, 0], torch.arange(0.5, 50, 2))
    True
    """
    pieces = _pieces(recordings, windows, min_samples)
    for batch in _batches(pieces, batch_samples):
        _compute(batch, compute)
        yield from (
            joined.outcome() for joined, _, window in batch if window is None
        )


class _Joined:
    """The frames of one recording, as they come."""

    def __init__(self, name):
        self.name = name
        self.parts = {}
        self.error = None

    def outcome(self):
        if self.error:
            return self.error
        frames = torch.cat([self.parts[n] for n in range(len(self.parts))])
        if not frames.isfinite().all():
            return AudioError(f"{self.name}: its frames are not finite")
        return frames


def _pieces(recordings, windows, min_samples):
    """(joined, number, window) of each window, window None at the end."""
    for name, blocks in recordings:
        joined = _Joined(name)
        try:
            for number, window in enumerate(windows.split(blocks)):
                if len(window.samples) < min_samples:
                    raise AudioError(
                        f"{name}: too short to transcribe: "
                        f"{len(window.samples)} samples at the network's "
                        f"rate, at least {min_samples} needed"
                    )
                yield joined, number, window
        except AudioError as error:
            joined.error = error
        except MemoryError:
            joined.error = AudioError(f"{name}: memory does not suffice for it")
        yield joined, None, None


def _batches(pieces, batch_samples):
    """Lists of what `_pieces` yields, of at most so many samples."""
    batch, samples = [], 0
    for piece in pieces:
        size = 0 if piece[2] is None else len(piece[2].samples)
        if samples and samples + size > batch_samples:
            yield batch
            batch, samples = [], 0
        batch.append(piece)
        samples += size
    yield batch


def _compute(batch, compute):
    """Gives the recordings of a batch the frames of their windows."""
    of_length = defaultdict(list)
    for joined, number, window in batch:
        if window is not None:
            of_length[len(window.samples)].append((joined, number, window))
    for group in of_length.values():
        frames = compute(torch.stack([w.samples for _, _, w in group])).cpu()
        for (joined, number, window), own in zip(group, frames, strict=True):
            # A copy: what is not wanted need not be kept
            joined.parts[number] = own[window.start : window.stop].clone()
