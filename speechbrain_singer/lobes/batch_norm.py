"""Running statistics of batch normalisation that fit the data."""

import torch
from torch.nn.modules.batchnorm import _BatchNorm


@torch.no_grad()
def calibrate_batch_norm(module, batch):
    """Sets the running statistics to those of one batch.

    They start at mean 0 and deviation 1. The activations of an untrained
    EfficientNet are far smaller, and what is left of that start shrinks them
    in layer after layer: in evaluation mode such a network gives the same
    embedding for every clip until some hundred steps are done.

    Arguments
    ---------
    module : torch.nn.Module
        Its mode is left as it is.
    batch : torch.Tensor
        What the module takes, of at least two examples.

    Example
    -------
    >>> norm = torch.nn.BatchNorm1d(1).eval()
    >>> calibrate_batch_norm(norm, torch.tensor([[1.0], [3.0]]))
    >>> norm.running_mean, norm.running_var
    (tensor([2.]), tensor([2.]))
    """
    norms = [m for m in module.modules() if isinstance(m, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    training = [norm.training for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all calls: it may be in chunks
        norm.train()
    module(batch)
    for norm, momentum, mode in zip(norms, momenta, training, strict=True):
        norm.momentum = momentum
        norm.train(mode)
