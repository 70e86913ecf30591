"""Batches of any size through a network, in bounded memory."""

from contextlib import contextmanager, nullcontext

import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint


def in_chunks(function, module, batch, size):
    """Applies a network to a batch chunk by chunk, with exact gradients.

    The activations of a chunk are dropped, and computed again when its
    gradients are: memory holds those of one chunk, for a third more
    computation. This is gradient caching (Gao et al., "Scaling deep
    contrastive learning batch size under memory limited setup", 2021): an
    objective sees the outputs of the whole batch.

    In training, batch normalisation goes by the chunk, as it goes by the GPU
    where it is not synchronised. Its running statistics move once per chunk,
    and dropout draws the same both times.

    Arguments
    ---------
    function : callable
        [rows, ...] to [rows, dim].
    module : torch.nn.Module
        Whose parameters and running statistics the function uses.
    batch : torch.Tensor
        [rows, ...]
    size : int
        Rows of a chunk, at most.

    Returns
    -------
    outputs : torch.Tensor
        [rows, dim]

    Example
    -------
    >>> module = torch.nn.Linear(3, 2)
    >>> batch = torch.ones(5, 3)
    >>> torch.allclose(in_chunks(module, module, batch, 2), module(batch))
    True
    """
    # Of sizes that differ by one at most, rather than a small one at the end
    chunks = batch.tensor_split(-(-len(batch) // size))
    if not torch.is_grad_enabled():
        return torch.cat([function(chunk) for chunk in chunks])

    def contexts():
        return nullcontext(), _frozen_statistics(module)

    return torch.cat(
        [
            checkpoint(
                function, chunk, use_reentrant=False, context_fn=contexts
            )
            for chunk in chunks
        ]
    )


@contextmanager
def _frozen_statistics(module):
    norms = [m for m in module.modules() if isinstance(m, _BatchNorm)]
    before = [(norm.momentum, norm.num_batches_tracked) for norm in norms]
    for norm in norms:
        norm.momentum, norm.num_batches_tracked = 0.0, None
    try:
        yield
    finally:
        for norm, (momentum, count) in zip(norms, before, strict=True):
            norm.momentum, norm.num_batches_tracked = momentum, count
