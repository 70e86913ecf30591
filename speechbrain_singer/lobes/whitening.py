"""Whitening: no direction of a space outweighs another."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechbrain_singer.checks import check_finite
from speechbrain_singer.distributed import gather


class Whitening(torch.nn.Module):
    """Removes mean and correlations, by statistics that run along.

    Batch normalisation scales each dimension, and leaves a space in which all
    dimensions say the same as it is; whitening scales each direction. In
    self-supervision without negatives it keeps the projections from
    collapsing into the one or two directions that vary most (Hua et al.,
    "On feature decorrelation in self-supervised learning", ICCV 2021).

    Mean and covariance are moving averages over the batches of all processes,
    the present one included: a small batch has too few examples for a
    covariance of its own. They are constants to the gradient.

    Arguments
    ---------
    dim : int
    momentum : float
        Weight of a batch in the averages; the first batches weigh more.
    shrinkage : float
        Added to the eigenvalues of the covariance, relative to their mean, so
        that directions of rounding errors are not blown up.

    Example
    -------
    >>> x = torch.randn(500, 2) @ torch.tensor([[3.0, 1.0], [0.0, 0.1]])
    >>> white = Whitening(2, shrinkage=0.0)(x)
    >>> covariance = white.T @ white / 500
    >>> bool((covariance - torch.eye(2)).abs().max() < 1e-3)
    True
    """

    def __init__(self, dim, momentum=0.1, shrinkage=0.02):
        super().__init__()
        self.momentum = momentum
        self.shrinkage = shrinkage
        self.register_buffer("running_mean", torch.zeros(dim))
        self.register_buffer("running_covariance", torch.eye(dim))
        self.register_buffer("num_batches_tracked", torch.tensor(0.0))

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, x):
        """[batch, dim] to [batch, dim]; ValueError if it is not finite."""
        batch = gather(x.detach()) if self.training else x.detach()
        check_finite(batch)  # or the averages would never be so again
        if self.training:
            self._track(batch)
        eigenvalues, vectors = torch.linalg.eigh(self.running_covariance)
        eigenvalues = eigenvalues.clamp(min=0)
        floor = self.shrinkage * eigenvalues.mean() + 1e-12
        scales = (eigenvalues + floor).rsqrt()
        # Back in the original axes, so that it moves as little as possible
        return (x - self.running_mean) @ (vectors * scales) @ vectors.T

    def _track(self, x):
        self.num_batches_tracked += 1
        weight = (1 / self.num_batches_tracked).clamp(min=self.momentum)
        mean = x.mean(dim=0)
        centred = x - mean
        covariance = centred.T @ centred / len(x)
        self.running_mean.lerp_(mean, weight)
        self.running_covariance.lerp_(covariance, weight)
