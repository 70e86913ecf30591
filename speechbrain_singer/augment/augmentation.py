"""What every augmentation of a batch is: it draws, and what it drew is applied.

`Chain`, `Sometimes` and `Views` are such augmentations.
"""

from dataclasses import dataclass

import torch

from speechbrain_singer.augment.draws import check_number
from speechbrain_singer.augment.streams import Streams


@dataclass(frozen=True, eq=False)
class Step:
    """One transform of some examples of a batch.

    Arguments
    ---------
    transform : object
        The transform.
    rows : torch.Tensor
        [chosen], int64, the examples that get it, on the batch's device.
    parameters : dict of str to torch.Tensor
        What the transform's `draw` returned for them, [chosen, ...] each.
    """

    transform: object
    rows: torch.Tensor
    parameters: dict

    def apply(self, wavs):
        """[batch, time] to [batch, time]."""
        chosen = wavs.index_select(0, self.rows)
        changed = self.transform.apply(chosen, self.parameters)
        return wavs.index_copy(0, self.rows, changed)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn for a batch.

    Arguments
    ---------
    steps : list of Step
        In order; transforms that no example gets are left out.
    """

    steps: list

    def apply(self, wavs):
        """Applies what was drawn, in float32 at least, under autocast too.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]

        Returns
        -------
        wavs : torch.Tensor
            [batch, time], in the precision that came.
        """
        changed = _precise(wavs)
        # Half precision rounds waveforms audibly, and few of its FFTs exist
        with torch.autocast(wavs.device.type, enabled=False):
            for step in self.steps:
                changed = step.apply(changed)
        return changed.to(wavs.dtype)


class Augmentation(torch.nn.Module):
    """Clips in, their views out; in evaluation they stay as they are.

    What an example becomes is a function of its clip and its seed, whatever
    else is in the batch. Where labels must follow what happens to the clips,
    one draws and applies in two steps, which give what the call gives:

        drawn = augmentation.draw(wavs, streams)
        wavs = drawn.apply(wavs)
        for step in drawn.steps:
            if isinstance(step.transform, TimeMask):
                ...  # step.rows, step.parameters["start"]

    Subclasses say in `_draw` which steps are drawn.
    """

    def forward(self, wavs, streams):
        """Augments a batch.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time], floating point.
        streams : speechbrain_singer.augment.streams.Streams
            One for each of `wavs`; every draw comes from them.

        Returns
        -------
        wavs : torch.Tensor
            [batch, time], in the precision that came.

        Raises
        ------
        TypeError
            If the wavs are not a tensor of floating point, or the streams no
            `Streams`.
        ValueError
            If the wavs are not [batch, time], or there are not as many streams
            as examples.
        """
        return self.draw(wavs, streams).apply(wavs)

    def draw(self, wavs, streams):
        """Draws what becomes of a batch, nothing in evaluation.

        Arguments and errors are those of `forward`.

        Returns
        -------
        drawn : Drawn
        """
        _check_batch(wavs, streams)
        return Drawn(
            self._draw(_precise(wavs), streams) if self.training else []
        )

    def _draw(self, wavs, streams):
        raise NotImplementedError


def _precise(wavs):
    return wavs.to(torch.promote_types(wavs.dtype, torch.float32))


def _check_batch(wavs, streams):
    if not (isinstance(wavs, torch.Tensor) and wavs.is_floating_point()):
        kind = getattr(wavs, "dtype", type(wavs).__name__)
        raise TypeError(
            f"wavs are {kind}: a tensor [batch, time] of floating point "
            "needed, where full scale is 1"
        )
    if wavs.ndim != 2:
        raise ValueError(
            f"wavs are {list(wavs.shape)}: [batch, time] needed, of one channel"
        )
    if not isinstance(streams, Streams):
        raise TypeError(
            f"streams are {type(streams).__name__}: `Streams` of a seed for "
            "each example needed"
        )
    check_number(wavs, streams)
