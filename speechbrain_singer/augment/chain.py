"""Transforms one after the other, each on a random part of the batch."""

import numpy as np
import torch

from speechbrain_singer.augment.augmentation import Augmentation, Step
from speechbrain_singer.augment.draws import to_device
from speechbrain_singer.checks import check_range


class Sometimes(Augmentation):
    """A transform that each example gets with a probability.

    Who gets it is drawn on the host, so that no device is waited for. The
    others cost nothing.

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

    def _draw(self, wavs, streams):
        # Streams of its own: what comes later does not hang on what it draws
        streams = streams.split()
        rows = np.flatnonzero(streams.uniform() < self.probability)
        if len(rows) == 0:
            return []
        streams = streams.of(rows)
        rows = to_device(torch.from_numpy(rows), wavs.device)
        parameters = self.transform.draw(wavs.index_select(0, rows), streams)
        return [Step(self.transform, rows, parameters)]


class Chain(Augmentation):
    """Applies transforms in order, each to each example with a probability.

    What an example gets of a transform does not depend on what comes later in
    the list.

    Arguments
    ---------
    transforms : list
        As `Sometimes` takes them, or within a `Sometimes` that has its own
        probability. Those of other libraries stand within an `External`.
    probability : float
        That an example gets a transform, each drawn by itself.

    Example
    -------
    >>> from speechbrain_singer.augment.gain import Gain
    >>> from speechbrain_singer.augment.streams import Streams
    >>> chain = Chain([Gain(-6.0206, -6.0206)], probability=0.5)
    >>> chain(torch.ones(4, 1), Streams([1, 2, 3, 4])).flatten()
    tensor([1.0000, 1.0000, 1.0000, 0.5000])
    >>> (step,) = chain.draw(torch.ones(4, 1), Streams([1, 2, 3, 4])).steps
    >>> step.rows, step.parameters["gain_db"]
    (tensor([3]), tensor([[-6.0206]]))

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
    >>> [entry.probability for entry in chain.transforms]
    [0.5, 0.1]
    """

    def __init__(self, transforms, probability=0.5):
        super().__init__()
        self.transforms = torch.nn.ModuleList(
            transform
            if isinstance(transform, Sometimes)
            else Sometimes(transform, probability)
            for transform in transforms
        )

    def _draw(self, wavs, streams):
        return [
            step
            for transform in self.transforms
            for step in transform.draw(wavs, streams).steps
        ]
