"""An augmentation for each view of a batch."""

from dataclasses import replace

import torch

from speechbrain_singer.augment.augmentation import Augmentation
from speechbrain_singer.augment.chain import Chain


class Views(Augmentation):
    """A chain for each view; one for all views is that chain itself.

    What one view draws does not depend on the chain of another.

    Arguments
    ---------
    chains : list of Chain or None
        One for each view; None leaves it as it is. The batch has all first
        views, then all second ones, and so on.

    Example
    -------
    >>> from speechbrain_singer.augment.gain import Gain
    >>> from speechbrain_singer.augment.streams import Streams
    >>> views = Views([None, Chain([Gain(-6.0206, -6.0206)], probability=1.0)])
    >>> views(torch.ones(4, 1), Streams(range(4))).flatten()
    tensor([1.0000, 1.0000, 0.5000, 0.5000])
    """

    def __init__(self, chains):
        super().__init__()
        unlike = [c for c in chains if not isinstance(c, Chain | None)]
        if unlike or not chains:
            raise TypeError(
                f"chains are {chains}: a Chain, or null, for each view needed; "
                "put a transform into a Chain"
            )
        self.chains = torch.nn.ModuleList(c or Chain([]) for c in chains)

    def _draw(self, wavs, streams):
        size, rest = divmod(len(wavs), len(self.chains))
        if rest:
            raise ValueError(
                f"a batch of {len(wavs)} clips for {len(self.chains)} views: "
                "give as many clips of each view"
            )
        steps = []
        for view, chain in enumerate(self.chains):
            first = view * size
            rows = slice(first, first + size)
            drawn = chain.draw(wavs[rows], streams.of(rows))
            steps += [replace(s, rows=s.rows + first) for s in drawn.steps]
        return steps
