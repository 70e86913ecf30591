"""Transforms one after the other, each on a random part of the batch."""

import numpy as np
import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.augment.draws import check_number, to_device
from speechbrain_singer.augment.streams import Streams
from speechbrain_singer.checks import check_range


class Sometimes(torch.nn.Module):
    """Applies a transform to each example with a probability.

    The identity in evaluation mode. The examples that get it are drawn on the
    host, so that no device is waited for, and it costs nothing for the others.

    Arguments
    ---------
    transform : object
        With `draw(wavs, streams)`, which returns a dict of tensors whose
        first dimension is the batch, and `apply(wavs, parameters)`.
    probability : float
        That an example gets it, 0 to 1.

    Raises
    ------
    ValueError
        If the probability is not within 0 and 1.
    TypeError
        If the transform is called in another way.

    Example
    -------
    >>> from speechbrain_singer.augment.gain import Gain
    >>> from speechbrain_singer.augment.streams import Streams
    >>> sometimes = Sometimes(Gain(-6.0, -6.0), probability=0.2)
    >>> wavs = torch.ones(10000, 1)
    >>> untouched = sometimes(wavs, Streams(range(10000))) == 1
    >>> round(untouched.float().mean().item(), 1)
    0.8
    """

    def __init__(self, transform, probability):
        super().__init__()
        check_range("probability", probability, probability, 0, 1)
        if not hasattr(transform, "draw"):
            raise TypeError(
                f"{type(transform).__name__} has no `draw`: put a transform of "
                "SpeechBrain or torch-audiomentations into an External"
            )
        self.transform = transform
        self.probability = probability

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wavs, streams):
        """As `Chain.forward`, but draws in the precision of `wavs`."""
        check_number(wavs, streams)
        if not self.training:
            return wavs
        # Its own, so that what comes later does not hang on what it draws
        streams = streams.split()
        rows = np.flatnonzero(streams.uniform() < self.probability)
        if len(rows) == 0:
            return wavs
        streams = streams.of(rows)
        rows = to_device(torch.from_numpy(rows), wavs.device)
        chosen = wavs.index_select(0, rows)
        parameters = self.transform.draw(chosen, streams)
        changed = self.transform.apply(chosen, parameters)
        return wavs.index_copy(0, rows, changed)


class Chain(torch.nn.Module):
    """Applies transforms in order, each to each example with a probability.

    The identity in evaluation mode. What an example becomes is a function of
    its clip and its seed: the rest of the batch changes nothing, nor does a
    transform that comes later in the list.

    Arguments
    ---------
    transforms : list
        As `Sometimes` takes them, or within a `Sometimes` that has its own
        probability. Those of others stand within an `External`.
    probability : float
        That an example gets a transform, each drawn by itself.

    Example
    -------
    >>> from speechbrain_singer.augment.gain import Gain
    >>> from speechbrain_singer.augment.streams import Streams
    >>> chain = Chain([Gain(-6.0, -6.0)], probability=1.0)
    >>> wavs, streams = torch.ones(2, 8), Streams([1, 2])
    >>> bool((chain(wavs, streams) < 0.51).all())
    True
    >>> bool((chain.eval()(wavs, streams) == 1).all())
    True

    In YAML, where every second clip gets a gain and every tenth is clipped:

    >>> from hyperpyyaml import load_hyperpyyaml
    >>> chain = load_hyperpyyaml('''
    ... chain: !new:speechbrain_singer.augment.chain.Chain
    ...     probability: 0.5
    ...     transforms:
    ...         - !new:speechbrain_singer.augment.gain.Gain
    ...         - !new:speechbrain_singer.augment.chain.Sometimes
    ...             probability: 0.1
    ...             transform: !new:speechbrain_singer.augment.clipping.Clipping
    ... ''')["chain"]
    >>> [step.probability for step in chain.steps]
    [0.5, 0.1]
    """

    def __init__(self, transforms, probability=0.5):
        super().__init__()
        self.steps = torch.nn.ModuleList(
            transform
            if isinstance(transform, Sometimes)
            else Sometimes(transform, probability)
            for transform in transforms
        )

    # Half precision rounds waveforms audibly, and few of its FFTs exist
    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wavs, streams):
        """Augments a batch, in float32 at least, under autocast too.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time], floating point.
        streams : speechbrain_singer.augment.streams.Streams
            One for each of `wavs`; every draw comes from them.

        Returns
        -------
        wavs : torch.Tensor
            [batch, time], in the precision that came; under autocast float32.

        Raises
        ------
        TypeError
            If the wavs are not a tensor of floating point, or the streams no
            `Streams`.
        ValueError
            If the wavs are not [batch, time], or there are not as many streams
            as examples.
        """
        _check_batch(wavs, streams)
        changed = wavs.to(torch.promote_types(wavs.dtype, torch.float32))
        for step in self.steps:
            changed = step(changed, streams)
        return changed.to(wavs.dtype)


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
