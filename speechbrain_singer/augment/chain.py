"""Transforms one after the other, each on a random part of the batch."""

import torch

from speechbrain_singer.augment.draws import uniform


class Chain(torch.nn.Module):
    """Applies transforms in order, each to each example with a probability.

    The identity in evaluation mode. All of it runs on the batch's device
    without waiting for it: who is spared is decided by a mask.

    Arguments
    ---------
    transforms : list
        With `draw(wavs, generator)` and `apply(wavs, parameters)`.
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
    """

    def __init__(self, transforms, probability=0.5):
        super().__init__()
        self.transforms = list(transforms)
        self.probability = probability

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
        if not self.training:
            return wavs
        for transform in self.transforms:
            chosen = uniform(wavs, generator) < self.probability
            parameters = transform.draw(wavs, generator)
            wavs = torch.where(chosen, transform.apply(wavs, parameters), wavs)
        return wavs
