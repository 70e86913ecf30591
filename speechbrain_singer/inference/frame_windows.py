"""Audio of any length as windows whose frames lie on one grid, to be joined."""

from dataclasses import dataclass
from typing import NamedTuple

import torch

_MARGIN = 1 / 8  # of a window, at either end


class FrameWindow(NamedTuple):
    """A stretch of a recording, and which of its frames are wanted.

    Arguments
    ---------
    samples : torch.Tensor
        [time]
    start : int
        Its first wanted frame, counted in the window.
    stop : int or None
        The one after its last; None for the end of the recording.
    """

    samples: torch.Tensor
    start: int
    stop: int | None


@dataclass(frozen=True)
class FrameWindows:
    """Splits audio so that frames of windows join without seams.

    Windows start on multiples of the frames' hop: so a frame of one is centred
    on the same sample as a frame of its neighbour. Of each the frames in its
    middle are wanted, which have heard `margin` on both sides; of the first
    and the last also those at the recording's ends. Nothing is padded.

    Arguments
    ---------
    length : int
        Of a window, in samples. The last one is longer by less than a hop, and
        a recording that is shorter is a window.
    hop : int
        Samples from one frame to the next.
    margin : int
        Frames.

    Raises
    ------
    ValueError
        If a window has no middle.

    Example
    -------
    >>> windows = FrameWindows(length=8, hop=1, margin=2)
    >>> for window in windows.split([torch.arange(14)]):
    ...     print(window.samples[window.start : window.stop].tolist())
    [0, 1, 2, 3, 4, 5]
    [6, 7, 8, 9]
    [10, 11, 12, 13]
    """

    length: int
    hop: int
    margin: int

    def __post_init__(self):
        if self.margin < 1 or self.step < 1:
            raise ValueError(
                f"a window of {self.length} samples has no middle where a "
                f"frame has {self.hop}: longer windows are needed"
            )

    @classmethod
    def of(cls, features, window_seconds):
        """Windows for a front end with `sample_rate` and `frame_rate`.

        Raises
        ------
        ValueError
            If a window is too short, or frames do not lie on samples.
        """
        hop = round(features.sample_rate / features.frame_rate)
        if abs(hop * features.frame_rate - features.sample_rate) > 1e-3:
            raise ValueError(
                f"{features.frame_rate} frames a second do not lie on samples "
                f"at {features.sample_rate} Hz"
            )
        length = round(window_seconds * features.sample_rate)
        return cls(length, hop, max(1, round(_MARGIN * length / hop)))

    @property
    def step(self):
        """Frames from one window to the next."""
        return self.length // self.hop - 2 * self.margin

    def split(self, blocks):
        """Windows of a recording.

        Arguments
        ---------
        blocks : iterable of torch.Tensor
            The audio, [time] each, in order.

        Yields
        ------
        window : FrameWindow
            All wanted frames together are each frame of the recording once.
        """
        # It begins where the latest window did; the next one begins `ahead`
        buffer, ahead, start = torch.empty(0), 0, 0
        wanted = self.margin + self.step
        for block in blocks:
            buffer = torch.cat([buffer, block]) if len(buffer) else block
            # With a hop more there is another window behind it
            while len(buffer) >= ahead + self.length + self.hop:
                buffer = buffer[ahead:]
                yield FrameWindow(buffer[: self.length], start, wanted)
                ahead, start = self.step * self.hop, self.margin
        skipped = max(0, len(buffer) - self.length) // self.hop
        first = wanted - skipped if start else 0
        yield FrameWindow(buffer[skipped * self.hop :], first, None)
