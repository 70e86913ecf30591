"""Transforms one after the other, each on a random part of the batch."""

import torch

from speechbrain_singer.augment.draws import uniform
from speechbrain_singer.augment.ranges import check_range


class Sometimes(torch.nn.Module):
    """Applies a transform to each example with a probability.

    The identity in evaluation mode. On an accelerator a mask decides whom the
    transform spares, so that nothing waits. On a CPU it is applied to the
    others only, which costs less, and so is anywhere a transform that itself
    works on the host, marked by `on_host = True`.

    Arguments
    ---------
    transform : object
        With `draw(wavs, generator)`, which returns a dict of tensors whose
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
    >>> sometimes = Sometimes(Gain(-6.0, -6.0), probability=0.2)
    >>> generator = torch.Generator().manual_seed(1)
    >>> untouched = sometimes(torch.ones(10000, 1), generator) == 1
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

    def forward(self, wavs, generator):
        """As `Chain.forward`."""
        if not self.training:
            return wavs
        chosen = uniform(wavs, generator) < self.probability
        parameters = self.transform.draw(wavs, generator)
        on_host = getattr(self.transform, "on_host", False)
        if wavs.device.type != "cpu" and not on_host:
            changed = self.transform.apply(wavs, parameters)
            return torch.where(chosen, changed, wavs)
        rows = chosen[:, 0].nonzero()[:, 0]
        if len(rows) == 0:
            return wavs
        parameters = {name: draws[rows] for name, draws in parameters.items()}
        changed = self.transform.apply(wavs[rows], parameters)
        return wavs.index_copy(0, rows, changed)


class Chain(torch.nn.Module):
    """Applies transforms in order, each to each example with a probability.

    The identity in evaluation mode. All of it runs on the batch's device
    without waiting for it, unless a transform says that it does.

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
    >>> chain = Chain([Gain(-6.0, -6.0)], probability=1.0)
    >>> generator = torch.Generator().manual_seed(1)
    >>> bool((chain(torch.ones(2, 8), generator) < 0.51).all())
    True
    >>> bool((chain.eval()(torch.ones(2, 8), generator) == 1).all())
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

    def forward(self, wavs, generator):
        """Augments a batch.

        Arguments
        ---------
        wavs : torch.Tensor
            [batch, time]
        generator : torch.Generator
            On the device of `wavs`; every draw comes from it.

        Returns
        -------
        wavs : torch.Tensor
            [batch, time]
        """
        for step in self.steps:
            wavs = step(wavs, generator)
        return wavs
