"""The base of `Chain` and `Views`: draws for a batch, and applies the draws."""

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
    """All that was drawn for a batch.

    Arguments
    ---------
    steps : list of Step
        In order; transforms that no example gets are left out.
    """

    steps: list

    def apply(self, wavs):
        """Applies it, [batch, time] to [batch, time].

        The precision stays, but all is computed in float32 at least, under
        autocast too.
        """
        changed = _precise(wavs)
        # Half precision rounds waveforms audibly, and few of its FFTs exist
        with torch.autocast(wavs.device.type, enabled=False):
            for step in self.steps:
                changed = step.apply(changed)
        return changed.to(wavs.dtype)


class Augmentation(torch.nn.Module):
    """Clips in, their views out; in evaluation they stay as they are.

    What an example becomes depends on its clip and its seed, not on the rest
    of the batch. Where labels must follow what happens to the clips, draw and
    apply in two steps, which together give what the call gives:

        drawn = augmentation.draw(wavs, streams)
        wavs = drawn.apply(wavs)
        for step in drawn.steps:
            if isinstance(step.transform, TimeMask):
                ...  # step.rows, step.parameters["start"]

    Subclasses draw the steps in `_draw`.
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
        """As `forward`, but returns a `Drawn`, without steps in evaluation."""
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
